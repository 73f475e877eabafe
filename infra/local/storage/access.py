"""Whether the calling account may do what it asks.

An account's rights are its project-level ones (the `--iam` file), on buckets of the home project
only, and those that the bucket's own policy grants. A downscoped token needs its boundary's consent
as well. Without a file every account may do everything, but a boundary still binds.
"""

from dataclasses import dataclass

from infra.local.identity.conditions import LIST_PREFIX, ConditionUnsupported, holds
from infra.local.identity.grants import Grants
from infra.local.identity.projects import HOME_PROJECT, PROJECT_NUMBER
from infra.local.identity.tokens import Caller
from infra.local.storage.errors import Problem
from infra.local.wire.clocks import Clock
from infra.local.wire.messages import Json

_OBJECT = "storage.googleapis.com/Object"
_BUCKET = "storage.googleapis.com/Bucket"


@dataclass(frozen=True)
class Target:
    """What a permission is asked for: a bucket, an object in it, or a listing of it."""

    bucket: str = ""
    object: str = ""
    list_prefix: str = ""

    def attributes(self, now: str) -> dict[str, str]:
        """What an IAM condition can see of it."""
        name = f"projects/_/buckets/{self.bucket}"
        return {
            "resource.name": f"{name}/objects/{self.object}" if self.object else name,
            "resource.type": _OBJECT if self.object else _BUCKET,
            "resource.service": "storage.googleapis.com",
            "request.time": now,
            LIST_PREFIX: self.list_prefix,
        }


class Access:
    """The judge. Built with None it enforces nothing but boundaries."""

    def __init__(self, grants: Grants | None, clock: Clock) -> None:
        self._enforced = grants is not None
        self._grants = grants or Grants({})
        self._clock = clock

    @property
    def grants(self) -> Grants:
        """Roles and project-level rights."""
        return self._grants

    def allows(
        self, caller: Caller, permission: str, target: Target, policy: Json | None, owner: str
    ) -> bool:
        """Whether `caller` holds `permission` on `target`.

        Args: policy: the bucket's IAM policy; None for what is asked of the project. owner: number
        of the project that owns the bucket.
        """
        if caller.boundary is not None and not self._within(caller.boundary, permission, target):
            return False
        if not self._enforced:
            return True
        mine = self._grants.in_project(caller.account, HOME_PROJECT)
        if owner == PROJECT_NUMBER and permission in mine:
            return True
        return policy is not None and any(
            self._grants.role_holds(binding["role"], permission)
            and not _members(caller).isdisjoint(binding["members"])
            and self._met(binding.get("condition"), target)
            for binding in policy.get("bindings", [])
        )

    def require(
        self, caller: Caller, permission: str, target: Target, policy: Json | None, owner: str
    ) -> None:
        """Refuse unless `allows`. Raises: Problem: 401 without a token, else 403."""
        if self.allows(caller, permission, target, policy, owner):
            return
        kind = permission.split(".")[1].removesuffix("s")
        rest = (
            f"does not have {permission} access to the Google Cloud Storage {kind}. Permission "
            f"'{permission}' denied on resource (or it may not exist)."
        )
        if caller.anonymous:
            raise Problem(401, "required", f"Anonymous caller {rest}")
        raise Problem(403, "forbidden", f"{caller.account} {rest}")

    def _within(self, boundary: Json, permission: str, target: Target) -> bool:
        """Source: https://docs.cloud.google.com/iam/docs/downscoping-short-lived-credentials"""
        rules = boundary.get("accessBoundary", {}).get("accessBoundaryRules", [])
        wanted = f"//storage.googleapis.com/projects/_/buckets/{target.bucket}"
        return bool(target.bucket) and any(
            rule.get("availableResource") == wanted
            and any(
                self._grants.role_holds(role.removeprefix("inRole:"), permission)
                for role in rule.get("availablePermissions", [])
            )
            and self._met(rule.get("availabilityCondition"), target)
            for rule in rules
        )

    def _met(self, condition: Json | None, target: Target) -> bool:
        if condition is None:
            return True
        try:
            return holds(condition.get("expression", ""), target.attributes(self._clock.now()))
        except ConditionUnsupported:
            return False


def _members(caller: Caller) -> set[str]:
    if caller.anonymous:
        return {"allUsers"}
    named = {f"serviceAccount:{caller.account}", f"user:{caller.account}"}
    return named | {"allUsers", "allAuthenticatedUsers"}
