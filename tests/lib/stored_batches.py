"""A bucket with recordings in it, as ingest leaves them."""

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.cloud.storage import Client

from infra.local.identity.projects import PROJECT_NUMBER
from lib.identifiers import PageId, SessionId, TenantId, base32, batch_object
from lib.tenants import Tenant
from lib.vault.buckets import Buckets, BucketSpec
from tests.local_services import Storage, account

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NOW_S = NOW.timestamp()
SESSION = SessionId("s_" + "a" * 26)
PAGE_A, PAGE_B = PageId("p_" + "a" * 16), PageId("p_" + "b" * 16)


@dataclass
class Shelf:
    """One tenant's bucket, and writing to it as ingest's account."""

    tenant: Tenant
    ingest: Client

    def store(
        self, page: PageId, seq: int, data: bytes = b"", *, start: datetime = NOW, **changes: Any
    ) -> bytes:
        """Store a batch sent `seq` times 10 s after `start` unless `changes` say otherwise."""
        body = data or gzip.compress(f"{page} {seq}\n".encode())
        sent = int(start.timestamp() * 1000) + seq * 10_000
        blob = self.ingest.bucket(self.tenant.bucket).blob(batch_object(SESSION, page, seq))
        blob.custom_time = start
        blob.metadata = {
            "received": str(sent),
            "offset": "0",
            "sent": str(sent),
            "seq": str(seq),
            "dropped": "0",
            "final": "false",
            "previous": "",
            "tab": "t_" + "a" * 16,
            "policy": "1",
            "sdk": "0.1.0",
            **changes,
        }
        blob.upload_from_string(body, content_type="application/x-ndjson", if_generation_match=0)
        return body


def new_shelf(storage: Storage, random: bytes, *, retention_days: int = 30) -> Shelf:
    """Return a new tenant's bucket, configured as provisioning does it."""
    letters = base32(random * 2)
    tenant = Tenant(
        id=TenantId(f"tn_{letters[:16]}"),
        name="acme",
        state="active",
        bucket=f"st-{letters[:26]}",
        location="europe-west1",
        policy_version=1,
        retention_days=retention_days,
        epoch=1,
    )
    spec = BucketSpec(
        name=tenant.bucket,
        tenant=tenant.id,
        location=tenant.location,
        retention_days=retention_days,
        ingest_account=account("ingest"),
        reader_account=account("console-api"),
    )
    buckets = Buckets(storage.client("provision-bucket"), int(PROJECT_NUMBER))
    buckets.create(spec)
    buckets.configure(spec)
    return Shelf(tenant, storage.client("ingest"))
