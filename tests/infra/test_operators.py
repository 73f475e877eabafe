"""An operator makes a tenant from a terminal, sees each step, and what is shown once."""

import time
from typing import Any

import pytest

from infra import operators
from infra.operators import Api, Failed


class Scripted(Api):
    """An API whose answers a test gives."""

    answers: list[dict[str, Any]] = []
    asked: list[tuple[str, str]] = []

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        self.asked.append((method, path))
        return self.answers.pop(0)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    Scripted.answers, Scripted.asked = [], []
    return Scripted("http://x", "http://console")


def operation(state: str, step: str = "b", **changes: Any) -> dict[str, Any]:
    fields = {"kind": "create_tenant", "state": state, "step": step, "steps": ["a", "b"]}
    return {**fields, "error": None, "done": 0, "total": None, **changes}


ORDERED = {"operation": "op_x", "tenant": "tn_x", "key": "stk_x", "setup": "secret"}


def test_each_step_is_said_once_and_then_what_is_shown_once(api: Scripted) -> None:
    running = operation("running")
    api.answers.extend([ORDERED, operation("pending", "a"), running, running, operation("done")])
    said: list[str] = []
    operators.create(api, {}, said.append)
    assert said[:2] == ["  1/2 a", "  2/2 b"]
    assert said[2] == "tenant   tn_x"
    assert "stk_x" in said[3]
    assert "http://console/setup#token=secret" in said[4]
    assert len(said) == 5


def test_a_name_that_was_ordered_before_shows_no_secret(api: Scripted) -> None:
    api.answers.extend([{**ORDERED, "key": None, "setup": None}, operation("done")])
    said: list[str] = []
    operators.create(api, {}, said.append)
    assert said[-1].startswith("this name was ordered before")


def test_a_failure_says_where_and_why(api: Scripted) -> None:
    api.answers.extend([ORDERED, operation("failed", error="bucket_foreign")])
    with pytest.raises(Failed, match="failed at b: bucket_foreign"):
        operators.create(api, {}, lambda line: None)


def test_progress_is_counted_and_waiting_is_said() -> None:
    line = operators.progress(operation("running", done=3, total=9, error="seal_unavailable"))
    assert line == "  2/2 b 3 of 9 (waits: seal_unavailable)"


def test_an_operation_that_clears_up_has_no_place_among_its_steps() -> None:
    assert operators.progress(operation("running", "undo")).strip().startswith("?/2 undo")


def test_tenants_are_listed_in_columns() -> None:
    names = ("name", "state", "location", "id", "bucket", "created")
    lines = operators.table([dict.fromkeys(names, "x"), dict.fromkeys(names, "longer-than-that")])
    assert len({line.index("x") for line in lines[1:2]}) == 1
    assert lines[0].split() == list(names)
    assert len(lines) == 3


def test_without_a_stack_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    api = Api("http://127.0.0.1:9", "")
    with pytest.raises(Failed, match="make dev"):
        api.call("GET", "/v1/tenants")
    assert capsys.readouterr().out == ""


def test_a_real_project_needs_its_sites_named(capsys: pytest.CaptureFixture[str]) -> None:
    flags = [
        "--project",
        "p",
        "tenant",
        "--name",
        "acme",
        "--region",
        "r",
        "--owner",
        "o@x.example",
    ]
    assert operators.main(flags) == 1
    assert "ORIGINS" in capsys.readouterr().err
