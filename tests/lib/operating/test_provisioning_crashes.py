"""A provisioning that is killed anywhere and run again ends as if it had never been killed."""

import pytest

from lib.operating.provisioning import CreateTenant
from lib.operations import LEASE_S
from lib.tenant_records import NameTaken
from tests.lib.guillotines import Guillotine
from tests.lib.provisioning_world import build
from tests.local_services import Firestore, Storage

MAX_CALLS = 400  # far more external calls than one provisioning makes


def test_killed_after_any_external_call_it_finishes_the_same(
    firestore: Firestore, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = build(firestore, storage)
    _, operation = reference.order(seed=1000)
    reference.ticker.tick()
    expected = reference.outcome(operation)
    guillotine = Guillotine(monkeypatch)
    witness = storage.client("witness")
    buckets = len(list(witness.list_buckets()))
    for calls in range(1, MAX_CALLS):
        world = build(firestore, storage)
        world.order(seed=1000 + calls)
        survived = guillotine.survived(calls, world.ticker.tick)
        world.clock.sleep(LEASE_S + 1)
        world.ticker.tick()
        assert world.operations.get(operation).state == "done", calls
        assert world.outcome(operation) == expected, calls
        assert len(list(witness.list_buckets())) == buckets + calls, calls
        if survived:
            break
    assert survived
    assert calls > len(CreateTenant.steps) * 2


def test_killed_while_it_clears_up_it_leaves_nothing_all_the_same(
    firestore: Firestore, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    guillotine = Guillotine(monkeypatch)
    witness = storage.client("witness")
    buckets = len(list(witness.list_buckets()))
    for calls in range(1, MAX_CALLS):
        world = build(firestore, storage)
        monkeypatch.setattr(world.plan, "_activate", refused)
        _, operation = world.order(seed=5000 + calls)
        world.ticker.tick(budget_s=0.0)
        survived = guillotine.survived(calls, world.ticker.tick)
        world.clock.sleep(LEASE_S + 1)
        world.ticker.tick()
        assert world.operations.get(operation).state == "failed", calls
        assert not [path for path in world.state() if "edge-config" in path], calls
        assert len(list(witness.list_buckets())) == buckets, calls
        if survived:
            break
    assert survived


def refused(_operation: object) -> None:
    """Stands for any refusal at the last step."""
    raise NameTaken("no")
