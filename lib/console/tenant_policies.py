"""One tenant's policy in `edge-config`: its versions, and how a new one replaces the current."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client, Transaction

from lib import transactions
from lib.errors import Refusal
from lib.identifiers import TenantId
from lib.policies import Policy, parse_document

HISTORY = 50  # versions in one answer: a screen or two of changes


class PolicyConflict(Refusal):
    """The policy was changed since it was read: look at the new version first."""

    status, code = HTTPStatus.CONFLICT, "policy_conflict"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a policy: what it says, since when, by whom (a user's id, or `operator`)."""

    policy: Policy
    created: datetime
    by: str


class TenantPolicies:
    """One tenant's policies. It cannot be built without a tenant, so it cannot cross one."""

    def __init__(self, edge_config: Client, tenant: TenantId) -> None:
        """Keep the client of the `edge-config` database and the tenant."""
        self._db = edge_config
        self._tenant = tenant

    def history(self) -> list[Version]:
        """Return the newest HISTORY versions; the first is the current one."""
        fields = self._db.document(f"tenants/{self._tenant}").get().to_dict() or {}
        newest = int(fields["policy_version"])
        names = [self._name(version) for version in range(newest, max(0, newest - HISTORY), -1)]
        found = self._db.get_all([self._db.document(name) for name in names])
        versions = [_parse(row.to_dict() or {}) for row in found if row.exists]
        return sorted(versions, key=lambda each: each.policy.version, reverse=True)

    def draft(self, read_at: int, asked: Mapping[str, Any]) -> Policy:
        """Return what `asked` (untrusted) would be as the version after `read_at`.

        Raises: PolicyMalformed.
        """
        return parse_document({**asked, "version": read_at + 1})

    def replace(self, policy: Policy, *, now: float, by: str) -> Version:
        """Store `policy` and make it the current version, if it follows the current one.

        Both happen in one transaction, so the public functions never see a version that has no
        document. Args: now: Unix s. by: a user's id.
        Raises: PolicyConflict.
        """
        created = datetime.fromtimestamp(now, UTC)
        tenant = self._db.document(f"tenants/{self._tenant}")
        document = self._db.document(self._name(policy.version))

        def body(transaction: Transaction) -> Version:
            fields = tenant.get(transaction=transaction).to_dict() or {}
            if int(fields["policy_version"]) + 1 != policy.version:
                raise PolicyConflict("the policy was changed meanwhile: look at it again")
            transaction.create(
                document,
                {
                    "tenant": self._tenant,
                    "version": policy.version,
                    "document": policy.text,
                    "hash": policy.hash,
                    "created": created,
                    "by": by,
                },
            )
            transaction.update(tenant, {"policy_version": policy.version, "updated": created})
            return Version(policy, created, by)

        return transactions.run(self._db, body)

    def _name(self, version: int) -> str:
        return f"policies/{self._tenant}-{version}"


def _parse(fields: Mapping[str, Any]) -> Version:
    return Version(parse_document(fields["document"]), fields["created"], fields["by"])
