"""The console's policy: everybody may read it, owners and admins may replace it."""

from typing import Any

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response

from lib import web
from lib.console.changes import EDITORS, Desk
from lib.console.people import People, Shown
from lib.console.tenant_policies import PolicyConflict, TenantPolicies, Version
from lib.console.visits import Visit
from lib.errors import Malformed
from lib.policies import Policy


class PolicyBook:
    """Handlers that read and replace the policy of the visit's tenant."""

    def __init__(self, console: Client, edge_config: Client, desk: Desk) -> None:
        """Keep the clients of the two databases."""
        self._people = People(console)
        self._edge_config = edge_config
        self._desk = desk

    def current(self, request: Request) -> Response:
        """Answer `GET /v1/policy`: a member may know what is recorded, whatever their role."""
        return self._answer(self._book(self._desk.visit(request)).history())

    def replace(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `PUT /v1/policy`. What changes nothing makes no version."""
        visit = self._desk.visit(request, EDITORS)
        read_at, asked = _parse(body)
        book = self._book(visit)
        policy = book.draft(read_at, asked)
        versions = book.history()
        newest = versions[0].policy
        if newest.version != read_at:
            raise PolicyConflict("the policy was changed meanwhile: look at it again")
        if _substance(policy) == _substance(newest):
            return self._answer(versions)
        made = self._desk.record(
            visit,
            "policy_changed",
            f"policy_{policy.version}",
            lambda: book.replace(policy, now=self._desk.clock(), by=visit.user.id),
            {"version": policy.version, "hash": policy.hash},
        )
        return self._answer([made, *versions])

    def _book(self, visit: Visit) -> TenantPolicies:
        return TenantPolicies(self._edge_config, visit.tenant.id)

    def _answer(self, versions: list[Version]) -> Response:
        people = self._people.shown(each.by for each in versions)
        newest = versions[0]
        return web.json_response(
            {
                **_row(newest, people),
                "hash": newest.policy.hash,
                "policy": newest.policy.document,
                "history": [_row(each, people) for each in versions],
            }
        )


def _row(version: Version, people: dict[str, Shown]) -> dict[str, Any]:
    return {
        "version": version.policy.version,
        "created_ms": round(version.created.timestamp() * 1000),
        "by": people[version.by],
        "allow": version.policy.document["allow"],
    }


def _parse(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return the version that the caller read, and what they ask for (both untrusted).

    Raises: Malformed.
    """
    unknown = set(body) - {"version", "policy"}
    if unknown:
        raise Malformed("unknown members: " + ", ".join(sorted(unknown))[:200])
    read_at, asked = body.get("version"), body.get("policy")
    if type(read_at) is not int or not 1 <= read_at < 2**31:
        raise Malformed("`version`: the version that you read")
    if not isinstance(asked, dict):
        raise Malformed("`policy`: the new policy, an object")
    return read_at, asked


def _substance(policy: Policy) -> dict[str, Any]:
    return {name: value for name, value in policy.document.items() if name != "version"}
