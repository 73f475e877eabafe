"""The resealer's access is on record before it is given, and taken before that is said."""

import pytest

from lib.identifiers import OperationId
from lib.vault.bucket_grants import BucketGrants
from tests import seal_world
from tests.local_services import Firestore
from tests.seal_world import SealWorld, Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


def test_no_access_without_an_entry_and_no_entry_of_an_end_while_it_lasts(
    world: SealWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = world.tenant()
    seen: list[tuple[str, bool, bool]] = []
    grant, revoke = BucketGrants.grant, BucketGrants.revoke

    def look(what: str) -> None:
        log = world.audit(tenant)
        seen.append((what, "resealer_granted" in log, "resealer_revoked" in log))

    def granting(self: BucketGrants, bucket: str, operation: OperationId, now: float) -> None:
        look("grant")
        grant(self, bucket, operation, now)

    def revoking(self: BucketGrants, bucket: str, operation: OperationId) -> None:
        look("revoke")
        revoke(self, bucket, operation)

    monkeypatch.setattr(BucketGrants, "grant", granting)
    monkeypatch.setattr(BucketGrants, "revoke", revoking)
    assert world.settle(world.reseal(tenant)).state == "done"
    assert seen == [("grant", True, False), ("revoke", True, False)]
    assert world.audit(tenant)[-2:] == ["resealer_revoked", "resealed"]
    assert world.grants(tenant) == []
