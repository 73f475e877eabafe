"""An operator makes a tenant from a terminal, sees each step, and what is shown once."""

import io
import time
import urllib.error
from collections.abc import Callable
from email.message import Message
from typing import Any

import pytest

from infra import operators, vault_orders
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


ORDER = {"name": "acme", "owner_email": "ada@acme.example"}


def test_what_is_shown_once_is_shown_before_anything_can_go_wrong(api: Scripted) -> None:
    running = operation("running")
    api.answers.extend([ORDERED, operation("pending", "a"), running, running, operation("done")])
    said: list[str] = []
    operators.create(api, ORDER, said.append)
    assert said[0] == "tenant   tn_x"
    assert "stk_x" in said[1]
    assert "http://console/setup#token=secret" in said[2]
    assert said[3:] == ["  1/2 a", "  2/2 b", "acme is ready"]


def test_a_name_that_was_ordered_before_shows_no_secret_and_says_what_helps(api: Scripted) -> None:
    api.answers.extend([{**ORDERED, "key": None, "setup": None}, operation("done")])
    said: list[str] = []
    operators.create(api, ORDER, said.append)
    assert said[1].startswith("acme was ordered before")
    assert "make reissue TENANT=acme" in said[2]


def test_an_owner_who_can_sign_in_gets_no_link(api: Scripted) -> None:
    api.answers.extend([{**ORDERED, "setup": None}, operation("done")])
    said: list[str] = []
    operators.create(api, ORDER, said.append)
    assert said[2] == "owner    ada@acme.example has a password already and signs in with it"


@pytest.mark.parametrize(("key", "shown"), [(None, 2), ("stk_y", 3)])
def test_what_is_reissued_is_shown(api: Scripted, key: str | None, shown: int) -> None:
    api.answers.append({"tenant": "tn_x", "key": key, "setup": "again"})
    said: list[str] = []
    operators.reissue(api, "acme", key=key is not None, say=said.append)
    assert api.asked == [("POST", "/v1/tenants/acme/reissue")]
    assert len(said) == shown
    assert "http://console/setup#token=again" in said[-2]


def test_a_failure_says_where_and_why(api: Scripted) -> None:
    api.answers.extend([ORDERED, operation("failed", error="bucket_foreign")])
    with pytest.raises(Failed, match="failed at b: bucket_foreign"):
        operators.create(api, ORDER, lambda line: None)


def test_progress_is_counted_and_waiting_is_said() -> None:
    line = operators.progress(operation("running", done=3, total=9, error="seal_unavailable"))
    assert line == "  2/2 b 3 of 9 (waits: seal_unavailable)"
    assert operators.progress(operation("running", done=3)) == "  2/2 b 3"
    assert operators.progress(operation("running")) == "  2/2 b"


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


TENANT = ["tenant", "--name", "acme", "--region", "europe-west1", "--owner", "o@x.example"]


def test_a_real_project_needs_its_sites_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert operators.main(["--project", "p", *TENANT]) == 1
    assert "ORIGINS" in capsys.readouterr().err


def test_what_make_was_not_given_is_named_all_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert operators.main(["tenant", "--name", "", "--region", "", "--owner", ""]) == 1
    assert "missing: NAME=... REGION=... OWNER=..." in capsys.readouterr().err


@pytest.mark.parametrize("command", [vault_orders.main, operators.main])
def test_a_command_for_no_tenant_says_how_to_name_one(
    command: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]
) -> None:
    word = "reindex" if command is vault_orders.main else "reissue"
    assert command([word, ""]) == 1
    assert "TENANT=acme" in capsys.readouterr().err


def test_sites_may_be_listed_with_spaces() -> None:
    sites = "https://a.example, https://b.example,"
    given = operators.parser().parse_args([*TENANT, "--origins", sites])
    assert operators.ordered(given)["origins"] == ["https://a.example", "https://b.example"]


def test_an_interrupted_watch_says_that_the_work_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert operators.finish(interrupted) == 130
    assert "goes on by itself" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>no</html>", "may this account call"),
        (b"[]", "may this account call"),
        (b'{"code":"name_taken","detail":"another"}', "name_taken: another"),
    ],
)
def test_a_refusal_is_told_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, body: bytes, words: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise urllib.error.HTTPError("http://x", 403, "", Message(), io.BytesIO(body))

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    with pytest.raises(Failed, match=words):
        Api("http://x", "", "token").call("GET", "/v1/tenants")


def gcloud(monkeypatch: pytest.MonkeyPatch, answer: str) -> list[tuple[str, ...]]:
    """Let gcloud answer `answer`; return what it is asked."""
    asked: list[tuple[str, ...]] = []

    def run(*arguments: str) -> str:
        asked.append(arguments)
        return answer

    monkeypatch.setattr(operators, "_gcloud", run)
    return asked


def test_a_project_s_functions_are_found_in_whichever_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = gcloud(monkeypatch, "https://x.example")
    assert operators.connect("p", "").url == "https://x.example"
    assert not any(word.startswith("--region") for words in asked for word in words)
    operators.connect("p", "us-east1")
    assert "--region=us-east1" in asked[-2]


@pytest.mark.parametrize(
    ("answer", "words"), [("", "make deploy"), ("https://a https://b", "HOME_REGION")]
)
def test_functions_that_are_nowhere_or_twice_are_said_so(
    monkeypatch: pytest.MonkeyPatch, answer: str, words: str
) -> None:
    gcloud(monkeypatch, answer)
    with pytest.raises(Failed, match=words):
        operators.connect("p", "")


def test_a_stack_on_other_ports_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert operators.connect("", "") == Api("http://127.0.0.1:8304", "http://localhost:8301")
    monkeypatch.setenv("SEALTAPE_PORT", "9300")
    assert operators.connect("", "") == Api("http://127.0.0.1:9304", "http://localhost:9301")


@pytest.mark.parametrize("port", ["80", "65518", "-1", "x"])
def test_ports_that_cannot_be_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setenv("SEALTAPE_PORT", port)
    assert operators.main(["tenants"]) == 1
    assert "SEALTAPE_PORT" in capsys.readouterr().err
