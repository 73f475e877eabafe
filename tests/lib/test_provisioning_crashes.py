"""A provisioning that is killed anywhere and run again ends as if it had never been killed."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from google.cloud.firestore_v1.services.firestore import FirestoreClient

from lib.operations import LEASE_S
from lib.provisioning import CreateTenant
from tests.lib.provisioning_world import build
from tests.local_services import Firestore, Storage

MAX_CALLS = 400  # far more external calls than one provisioning makes


class Killed(BaseException):
    """Stands for the process dying at once: nothing in lib may catch it."""


class Guillotine:
    """Kills the process after its n-th external call: the call is made, its answer is lost."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: int | None = None
        for owner, name in (
            (FirestoreClient, "commit"),
            (FirestoreClient, "batch_get_documents"),
            (FirestoreClient, "begin_transaction"),
            (FirestoreClient, "run_query"),
            (FirestoreClient, "rollback"),
            (requests.Session, "request"),
        ):
            monkeypatch.setattr(owner, name, self._guard(getattr(owner, name)))

    def _guard(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if self.left == 0:
                raise Killed
            answer = call(*args, **kwargs)
            if self.left is not None:
                self.left -= 1
                if self.left == 0:
                    raise Killed
            return answer

        return guarded


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
        guillotine.left = calls
        try:
            world.ticker.tick()
            survived = True
        except (Killed, ValueError):  # the client's own clean-up hides a kill behind the latter
            survived = False
        guillotine.left = None
        world.clock.sleep(LEASE_S + 1)
        world.ticker.tick()
        assert world.operations.get(operation).state == "done", calls
        assert world.outcome(operation) == expected, calls
        assert len(list(witness.list_buckets())) == buckets + calls, calls
        if survived:
            break
    assert survived
    assert calls > len(CreateTenant.steps) * 2
