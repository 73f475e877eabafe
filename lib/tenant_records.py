"""The records of `edge-config`: tenants' names, documents, policies and keys.

Every write may be made again after a crash: what is there already stays as it was.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client, Transaction
from msgspec.structs import asdict

from lib import transactions
from lib.errors import NotFound, Refusal
from lib.identifiers import TENANT, KeyId, TenantId, matches
from lib.tenants import Tenant, parse_tenant

NAME = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]", re.ASCII)
FIRST_KEY = "first"  # the label of the key that an order makes
MAX_LISTED = 1_000  # tenants in an operator's list; far above what one installation has served


class NameTaken(Refusal):
    """Another tenant has this name."""

    status, code = HTTPStatus.CONFLICT, "name_taken"


class TenantRecords:
    """Reads and writes `edge-config` by Google's client; the public functions read it by REST."""

    def __init__(self, edge_config: Client) -> None:
        """Keep the client of the `edge-config` database."""
        self._db = edge_config

    def get(self, tenant: TenantId) -> Tenant | None:
        """Return the tenant, or None."""
        fields = self._db.document(f"tenants/{tenant}").get().to_dict()
        return parse_tenant(tenant, fields) if fields else None

    def find(self, text: str) -> Tenant:
        """Return the tenant with this id or this name (untrusted).

        Raises: NotFound.
        """
        name = TenantId(text) if matches(TENANT, text) else None
        if name is None and NAME.fullmatch(text):
            held = self._db.document(f"tenantNames/{text}").get().to_dict()
            name = TenantId(held["tenant"]) if held else None
        found = self.get(name) if name else None
        if found is None:
            raise NotFound("no such tenant")
        return found

    def get_many(self, tenants: Sequence[TenantId]) -> dict[TenantId, Tenant]:
        """Return those of `tenants` that exist, in one request."""
        references = [self._db.document(f"tenants/{tenant}") for tenant in tenants]
        found = self._db.get_all(references) if references else ()
        return {
            TenantId(row.id): parse_tenant(TenantId(row.id), row.to_dict() or {})
            for row in found
            if row.exists
        }

    def listed(self) -> list[tuple[Tenant, datetime]]:
        """Return every tenant with its time of creation, by name."""
        rows = self._db.collection("tenants").order_by("name").limit(MAX_LISTED).stream()
        return [
            (parse_tenant(TenantId(row.id), row.to_dict() or {}), row.get("created"))
            for row in rows
        ]

    def reserve(self, tenant: Tenant, *, created: datetime) -> None:
        """Claim the tenant's name and write its document, in one transaction.

        Raises: NameTaken.
        """
        name = self._db.document(f"tenantNames/{tenant.name}")
        document = self._db.document(f"tenants/{tenant.id}")

        def body(transaction: Transaction) -> None:
            holder = name.get(transaction=transaction).to_dict()
            if holder is not None:
                if holder["tenant"] != tenant.id:
                    raise NameTaken("another tenant has this name")
                return
            transaction.create(name, {"tenant": tenant.id})
            transaction.create(document, _tenant_fields(tenant, created))

        transactions.run(self._db, body)

    def write_policy(
        self,
        tenant: TenantId,
        version: int,
        document: Mapping[str, Any],
        *,
        created: datetime,
        by: str,
    ) -> None:
        """Store one version of a policy; versions are never changed."""
        text = canonical(document)
        self._create(
            f"policies/{tenant}-{version}",
            {
                "tenant": tenant,
                "version": version,
                "document": text,
                "hash": sha256(text.encode()).hexdigest(),
                "created": created,
                "by": by,
            },
        )

    def write_key(
        self,
        tenant: TenantId,
        key: KeyId,
        hash_: bytes,
        origins: Sequence[str],
        *,
        created: datetime,
    ) -> None:
        """Store an SDK key by its hash; it works as soon as the tenant is active."""
        self._create(
            f"sdkKeys/{key}",
            {
                "tenant": tenant,
                "hash": hash_,
                "origins": list(origins),
                "epoch": 1,
                "state": "active",
                "label": FIRST_KEY,
                "created": created,
                "expires_at": None,
                "assertion_key": None,
            },
        )

    def activate(self, tenant: TenantId, *, updated: datetime) -> None:
        """Turn a tenant that is being provisioned into an active one; any other state stays."""
        document = self._db.document(f"tenants/{tenant}")

        def body(transaction: Transaction) -> None:
            fields = document.get(transaction=transaction).to_dict()
            if fields and fields["state"] == "provisioning":
                changes = {"state": "active", "policy_version": 1, "updated": updated}
                transaction.update(document, changes)

        transactions.run(self._db, body)

    def retain(self, tenant: TenantId, days: int, *, updated: datetime) -> None:
        """Record for how many days the tenant's recordings are kept."""
        self._db.document(f"tenants/{tenant}").update({"retention_days": days, "updated": updated})

    def withdraw(self, tenant: TenantId, key: KeyId) -> None:
        """Remove every record of a tenant that never became active, and free its name."""
        document = self._db.document(f"tenants/{tenant}")
        self._db.document(f"sdkKeys/{key}").delete()
        self._db.document(f"policies/{tenant}-1").delete()

        def body(transaction: Transaction) -> None:
            fields = document.get(transaction=transaction).to_dict()
            if fields and fields["state"] == "provisioning":
                transaction.delete(self._db.document(f"tenantNames/{fields['name']}"))
                transaction.delete(document)

        transactions.run(self._db, body)

    def _create(self, path: str, fields: Mapping[str, Any]) -> None:
        try:
            self._db.document(path).create(dict(fields))
        except AlreadyExists:
            return


def canonical(document: Mapping[str, Any]) -> str:
    """Return the one text of a policy document, whose hash tokens carry."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def _tenant_fields(tenant: Tenant, created: datetime) -> dict[str, Any]:
    return {
        "name": tenant.name,
        "state": tenant.state,
        "bucket": tenant.bucket,
        "location": tenant.location,
        "seal": {"mode": "google_managed"},
        "policy_version": tenant.policy_version,
        "retention_days": tenant.retention_days,
        "epoch": tenant.epoch,
        "quotas": asdict(tenant.quotas),
        "tombstones": {},
        "created": created,
        "updated": created,
    }
