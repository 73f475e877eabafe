"""Who belongs to a tenant, and in which role."""

from datetime import UTC, datetime

from lib.identifiers import TenantId, UserId
from lib.members import Members, Membership, memberships
from tests.local_services import Firestore

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ANN, BEN = UserId("u_aaaaaaaaaaaaaaaa"), UserId("u_bbbbbbbbbbbbbbbb")


def test_a_member_is_one_in_their_tenant_only(firestore: Firestore, project: str) -> None:
    console = firestore.client("console", project)
    acme, other = TenantId("tn_aaaaaaaaaaaaaaaa"), TenantId("tn_bbbbbbbbbbbbbbbb")
    Members(console, acme).add(ANN, "viewer", since=NOW)
    Members(console, acme).add(ANN, "viewer", since=NOW)
    assert Members(console, acme).role(ANN) == "viewer"
    assert Members(console, acme).role(BEN) is None
    assert Members(console, other).role(ANN) is None
    assert memberships(console, ANN) == [Membership(acme, "viewer")]


def test_a_role_that_we_do_not_know_is_none(firestore: Firestore, project: str) -> None:
    console = firestore.client("console", project)
    acme = TenantId("tn_aaaaaaaaaaaaaaaa")
    console.document(f"tenants/{acme}/members/{ANN}").set({"role": "root"})
    assert Members(console, acme).role(ANN) is None
