"""Provisioning: from an operator's order to a tenant that records, step by step.

Each step may run any number of times: what it makes is named in the operation's input, which was
drawn once, so a second run finds the first one's work and changes nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from google.cloud.firestore import Client

from lib.audit import Audit
from lib.identifiers import KeyId, RandomBytes, TenantId, UserId
from lib.members import Members
from lib.operating.orders import FIRST_STEP
from lib.operating.paces import Pace
from lib.operations import Operation
from lib.tenant_records import TenantRecords
from lib.tenants import Tenant
from lib.ticks import Later
from lib.users import Users
from lib.vault.buckets import BucketForeign, Buckets, BucketSpec

OPERATOR = "operator"  # the audit log's word for whoever provisioned, until operators have ids

# Nothing is recorded in clear until somebody allows it.
DEFAULT_POLICY: Mapping[str, Any] = {
    "version": 1,
    "allow": [],
    "selectors": {"mask": [], "block": [], "allow": []},
    "paths": [],
    "sampling": 1,
    "honour": {"gpc": True, "dnt": False},
}


class CreateTenant:
    """The plan of kind `create_tenant`."""

    steps: tuple[str, ...] = (
        FIRST_STEP,
        "create_bucket",
        "verify_bucket",
        "configure_bucket",
        "write_policy",
        "write_key",
        "add_owner",
        "write_audit",
        "activate",
    )

    def __init__(
        self,
        console: Client,
        writes: TenantRecords,
        buckets: Buckets,
        pace: Pace,
        accounts: tuple[str, str],
        *,
        clock: Callable[[], float],
        random: RandomBytes,
    ) -> None:
        """Keep what the steps work with.

        Args: accounts: addresses of who adds recordings, and of who reads them.
        """
        self._console = console
        self._writes = writes
        self._buckets = buckets
        self._pace = pace
        self._ingest_account, self._reader_account = accounts
        self._clock = clock
        self._random = random

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        step: Callable[[Operation], str | None] = getattr(self, f"_{operation.step}")
        return step(operation)

    def undo(self, operation: Operation) -> None:
        """Leave nothing of a tenant that cannot be made, so that its name is free again.

        No recording can be lost: ingest stores nothing before a tenant is active, and one that
        is stays. See `ticks.Undoable`.
        """
        found, given = self._writes.get(operation.tenant), operation.input
        if found is not None and found.state != "provisioning":
            return
        self._drop_bucket(given["bucket"], operation.tenant)
        self._writes.withdraw(operation.tenant, KeyId(given["key"]))
        everybody = Users(self._console)
        everybody.withdraw_setup(given["setup"])
        owner = everybody.find(given["owner_email"])
        if owner is not None:
            Members(self._console, operation.tenant).remove(owner.id)

    def _drop_bucket(self, bucket: str, tenant: TenantId) -> None:
        try:
            if self._buckets.owned(bucket, tenant):
                self._buckets.delete(bucket)
        except BucketForeign:
            return  # not ours to touch

    def _reserve_name(self, operation: Operation) -> None:
        given = operation.input
        tenant = Tenant(
            id=operation.tenant,
            name=given["name"],
            state="provisioning",
            bucket=given["bucket"],
            location=given["region"],
            policy_version=0,
            retention_days=given["retention_days"],
            epoch=1,
        )
        self._writes.reserve(tenant, created=operation.created)

    def _create_bucket(self, operation: Operation) -> None:
        turn = float(operation.cursor) if operation.cursor else self._pace.take(self._clock())
        if turn > self._clock():
            raise Later(turn, str(turn))
        self._buckets.create(self._spec(operation))

    def _verify_bucket(self, operation: Operation) -> None:
        self._buckets.verify(self._spec(operation))

    def _configure_bucket(self, operation: Operation) -> None:
        self._buckets.configure(self._spec(operation))

    def _write_policy(self, operation: Operation) -> None:
        self._writes.write_policy(
            operation.tenant, 1, DEFAULT_POLICY, created=operation.created, by=OPERATOR
        )

    def _write_key(self, operation: Operation) -> None:
        given = operation.input
        self._writes.write_key(
            operation.tenant,
            KeyId(given["key"]),
            given["key_hash"],
            given["origins"],
            created=operation.created,
        )

    def _add_owner(self, operation: Operation) -> None:
        given = operation.input
        everybody = Users(self._console)
        created = operation.created
        owner = everybody.ensure(given["owner_email"], UserId(given["user"]), created=created)
        Members(self._console, operation.tenant).add(owner, "owner", since=created)
        everybody.offer_setup(owner, given["setup"], created=created)

    def _write_audit(self, operation: Operation) -> None:
        Audit(self._console, operation.tenant, random=self._random).append(
            actor=OPERATOR,
            action="tenant_created",
            subject=operation.tenant,
            now=operation.created.timestamp(),
            detail={"location": operation.input["region"]},
            once=operation.id,
        )

    def _activate(self, operation: Operation) -> None:
        self._writes.activate(operation.tenant, updated=operation.created)

    def _spec(self, operation: Operation) -> BucketSpec:
        given = operation.input
        return BucketSpec(
            name=given["bucket"],
            tenant=operation.tenant,
            location=given["region"],
            retention_days=given["retention_days"],
            ingest_account=self._ingest_account,
            reader_account=self._reader_account,
        )
