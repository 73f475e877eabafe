"""Members: who of a tenant may use the console, and in which role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from google.cloud.firestore import Client

from lib.identifiers import TenantId, UserId

Role = Literal["owner", "admin", "viewer", "auditor"]
ROLES: tuple[Role, ...] = ("owner", "admin", "viewer", "auditor")
MAX_TENANTS = 200  # in one person's switcher


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's place in one tenant."""

    tenant: TenantId
    role: Role


class Members:
    """One tenant's members. It cannot be built without a tenant, so it cannot cross one."""

    def __init__(self, console: Client, tenant: TenantId) -> None:
        """Keep the client of the `console` database and the tenant."""
        self._db = console
        self._tenant = tenant

    def role(self, user: UserId) -> Role | None:
        """Return the role of `user` here, or None if they are not a member."""
        fields = self._db.document(f"tenants/{self._tenant}/members/{user}").get().to_dict()
        return _role(fields)

    def add(self, user: UserId, role: Role, *, since: datetime) -> None:
        """Make `user` a member, in both places that say so; a second call changes nothing."""
        batch = self._db.batch()
        for path in (
            f"tenants/{self._tenant}/members/{user}",
            f"users/{user}/tenants/{self._tenant}",
        ):
            batch.set(self._db.document(path), {"role": role, "since": since})
        batch.commit()

    def remove(self, user: UserId) -> None:
        """Take `user`'s place away, if they have one."""
        batch = self._db.batch()
        for path in (
            f"tenants/{self._tenant}/members/{user}",
            f"users/{user}/tenants/{self._tenant}",
        ):
            batch.delete(self._db.document(path))
        batch.commit()


def memberships(console: Client, user: UserId) -> list[Membership]:
    """Return the tenants of `user`, for the switcher; a role here grants nothing by itself."""
    rows = console.collection(f"users/{user}/tenants").limit(MAX_TENANTS).stream()
    found = [(TenantId(row.id), _role(row.to_dict())) for row in rows]
    return [Membership(tenant, role) for tenant, role in found if role]


def _role(fields: Mapping[str, Any] | None) -> Role | None:
    role = fields.get("role") if fields else None
    return cast(Role, role) if role in ROLES else None
