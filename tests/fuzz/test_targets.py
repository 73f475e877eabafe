"""Each fuzz target holds on a few inputs in every test run; `make fuzz` gives it minutes."""

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings

from tests.edge_world import header, lines, meta
from tests.fuzz import doors
from tests.fuzz.targets import DOORS, GRANT, TARGETS, post_events, survive


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_survives(name: str) -> None:
    target, strategy = TARGETS[name]

    @settings(max_examples=50, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def run(value: object) -> None:
        survive(target, value)

    run()


def test_the_doors_store_what_is_in_order() -> None:
    body = json.dumps(header(GRANT)).encode() + b"\n" + gzip.compress(lines(meta()))
    assert DOORS.post(DOORS.ingest, "/v1/ingest", body) == 202


def test_a_bug_behind_the_door_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(doors.Bucket, "create", broken)
    with pytest.raises(AssertionError):
        post_events(lines(meta()))
