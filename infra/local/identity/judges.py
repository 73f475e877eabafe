"""Whether an account may do something to a key or a secret.

An account's rights are its project-level ones and those that the resource's own policy grants.
"""

from infra.local.identity.grants import Grants, RoleUnknown
from infra.local.identity.tokens import Caller
from infra.local.wire.messages import Json
from infra.local.wire.statuses import Refused


class Judge:
    """Built with None it lets every account do everything."""

    def __init__(self, grants: Grants | None) -> None:
        self._enforced = grants is not None
        self._grants = grants or Grants({})

    def require(
        self, caller: Caller, permission: str, project: str, policy: Json | None, resource: str
    ) -> None:
        """Refuse unless `caller` holds `permission`.

        Args: project: the id of the resource's project. policy: the resource's own, if it has one.
        Raises: Refused: UNAUTHENTICATED without a token or with a downscoped one, which only Cloud
        Storage takes; PERMISSION_DENIED otherwise.
        """
        if caller.boundary is not None:
            raise Refused("UNAUTHENTICATED", "Downscoped tokens are for Cloud Storage only.")
        if not self._enforced:
            return
        if caller.anonymous:
            raise Refused("UNAUTHENTICATED", "Request is missing required credentials.")
        held = self._grants.in_project(caller.account, project)
        if permission not in held and not self.grants_in(policy, caller.account, permission):
            message = f"Permission '{permission}' denied on resource '{resource}'."
            raise Refused("PERMISSION_DENIED", f"{message[:-1]} (or it may not exist).")

    def grants_in(self, policy: Json | None, account: str, permission: str) -> bool:
        """Whether `policy` itself grants `permission` to `account`; conditions never hold here."""
        members = {f"serviceAccount:{account}", f"user:{account}", "allUsers"}
        return policy is not None and any(
            self._grants.role_holds(binding["role"], permission)
            and not members.isdisjoint(binding["members"])
            and "condition" not in binding
            for binding in policy.get("bindings", [])
        )

    def check_policy(self, policy: Json) -> None:
        """Refuse a policy with an unknown role. Raises: Refused: INVALID_ARGUMENT."""
        try:
            for binding in policy.get("bindings", []):
                self._grants.role(binding.get("role", ""))
        except RoleUnknown as error:
            raise Refused("INVALID_ARGUMENT", str(error)) from error
