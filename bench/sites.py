"""Sites: tenants with a key each, as documents for the stub to serve."""

import os
from dataclasses import dataclass
from typing import Any

from lib import keys, policies
from lib.identifiers import TenantId, new_bucket, new_tenant

ORIGIN = "https://shop.example"
POLICY = policies.default()  # nothing is allowed: ingest masks everything


@dataclass(frozen=True, slots=True)
class Site:
    """One tenant, its key, and what Firestore holds of them: path -> plain fields."""

    tenant: TenantId
    bucket: str
    key: keys.SdkKey
    documents: dict[str, dict[str, Any]]


def create(
    *,
    tenant_state: str = "active",
    key_state: str = "active",
    assertion_key: str | None = None,
) -> Site:
    """Return a site of docs/data-model.md's form. Args: assertion_key: PEM, for strict mode."""
    tenant, bucket, key = new_tenant(os.urandom), new_bucket(os.urandom), keys.create(os.urandom)
    documents: dict[str, dict[str, Any]] = {
        f"tenants/{tenant}": {
            "name": "acme",
            "state": tenant_state,
            "bucket": bucket,
            "location": "europe-west1",
            "seal": {"mode": "google_managed"},
            "policy_version": POLICY.version,
            "retention_days": 30,
            "epoch": 1,
        },
        f"sdkKeys/{key.id}": {
            "tenant": tenant,
            "hash": key.hash(),
            "origins": [ORIGIN],
            "epoch": 1,
            "state": key_state,
            "label": "",
            "expires_at": None,
            "assertion_key": assertion_key,
        },
        f"policies/{tenant}-{POLICY.version}": {
            "tenant": tenant,
            "version": POLICY.version,
            "document": POLICY.text,
            "hash": POLICY.hash,
        },
    }
    return Site(tenant, bucket, key, documents)
