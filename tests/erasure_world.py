"""An installation whose recordings can be erased, on top of the one whose buckets are sealed."""

import gzip
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.identity.projects import PROJECT_NUMBER
from lib.erasures import plans
from lib.erasures.ledgers import Entry, Ledger
from lib.erasures.subjects import Subject, parse_subject
from lib.identifiers import OperationId, new_operation, new_session, random_base32
from lib.operations import Operation
from lib.tenants import Tenant
from lib.vault.buckets import Buckets
from tests import seal_world
from tests.local_services import Firestore
from tests.seal_world import SealWorld, Vault

USER = "0123456789abcdef"
BY = "u_" + "a" * 16


@dataclass
class ErasureWorld:
    """A sealed world, its index, and orders to erase."""

    seals: SealWorld
    index: Any

    def visit(
        self,
        tenant: Tenant,
        *,
        count: int = 3,
        age_s: float = 86_400.0,
        user: str | None = None,
        listed: bool = True,
        every_s: float = 10.0,
        session: str | None = None,
        user_from: int = 0,
    ) -> str:
        """Store a visit as ingest does, `age_s` old; return its id.

        Args: user_from: the first batch that names the user.
        """
        name = session or new_session(os.urandom)
        page = "p_" + random_base32(16, os.urandom)
        start = datetime.fromtimestamp(self.now - age_s, UTC)
        bucket = self.seals.bucket(tenant, "ingest")
        for seq in range(count):
            received = start + timedelta(seconds=seq * every_s)
            blob = bucket.blob(f"s/{name}/{page}/{seq:06d}.ndjson.gz")
            blob.custom_time = start
            blob.metadata = metadata(seq, received, user if seq >= user_from else None)
            body = gzip.compress(b"{}\n", mtime=0)
            blob.upload_from_string(body, "application/x-ndjson", if_generation_match=0)
        if listed:
            self.list_entry(tenant, name, start, start + timedelta(seconds=count * every_s), user)
        return name

    def list_entry(
        self, tenant: Tenant, session: str, start: datetime, last: datetime, user: str | None
    ) -> None:
        """Write an entry of the index."""
        fields = {
            "start": start,
            "last_ms": round(last.timestamp() * 1000),
            "expire_at": start + timedelta(days=30),
            "pages": {},
            **({"user": user} if user else {}),
        }
        self.index.document(f"tenants/{tenant.id}/sessions/{session}").set(fields)

    @property
    def now(self) -> float:
        """The time, Unix s."""
        return self.seals.base.clock.now

    def order(self, tenant: Tenant, **body: Any) -> OperationId:
        """Order an erasure as the console does."""
        return self.begin(tenant, parse_subject(body, now=self.now, tenant_name=tenant.name))

    def begin(self, tenant: Tenant, subject: Subject) -> OperationId:
        """Begin to erase a subject."""
        name = new_operation(os.urandom)
        made = plans.operation(name, tenant.id, subject, BY, now=self.now)
        assert Ledger(self.seals.base.console, tenant.id).begin(made)
        return name

    def erase(self, tenant: Tenant, **body: Any) -> tuple[Operation, Entry]:
        """Erase, and return the operation and the ledger's entry once it has ended."""
        name = self.order(tenant, **body)
        ended = self.seals.settle(name)
        return ended, self.entry(tenant, name)

    def entry(self, tenant: Tenant, operation: str) -> Entry:
        """Return the ledger's entry."""
        return Ledger(self.seals.base.console, tenant.id).get(operation)

    def names(self, tenant: Tenant) -> list[str]:
        """Return what the bucket holds, copies of any kind included."""
        bucket = self.seals.bucket(tenant)
        kept = bucket.list_blobs(soft_deleted=True)
        return [blob.name for blob in (*bucket.list_blobs(versions=True), *kept)]

    def sessions(self, tenant: Tenant) -> set[str]:
        """Return the sessions of which the bucket holds anything."""
        return {name.split("/")[1] for name in self.names(tenant) if name.startswith("s/")}

    def listed(self, tenant: Tenant) -> set[str]:
        """Return the sessions that the index lists."""
        rows = self.index.collection(f"tenants/{tenant.id}/sessions").stream()
        return {row.id for row in rows}


def metadata(seq: int, received: datetime, user: str | None = None) -> dict[str, str]:
    """Return the metadata that ingest gives a batch."""
    moment = str(round(received.timestamp() * 1000))
    return {
        "received": moment,
        "offset": "0",
        "sent": moment,
        "seq": str(seq),
        "dropped": "0",
        "final": "false",
        "previous": "",
        "tab": "t_" + "a" * 16,
        "policy": "1",
        "sdk": "0.1.0",
        **({"user": user} if user else {}),
    }


def build(firestore: Firestore, vault: Vault) -> ErasureWorld:
    """Return an empty installation that also erases."""
    seals = seal_world.build(firestore, vault)
    base = seals.base
    index = firestore.client("edge-index", base.project)
    buckets = Buckets(base.storage, int(PROJECT_NUMBER))
    seals.plans.update(plans.plans(seals.tools, base.edge_config, index, buckets))
    return ErasureWorld(seals, index)
