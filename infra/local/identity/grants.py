"""What each account may do in a project, and what custom roles hold: the `--iam` file.

The file is one JSON object. A name with `@` is an account; its value lists permissions and roles
in the home project, or maps other projects to such lists. A name that begins with `projects/` is a
custom role; its value lists permissions:

    {"projects/sealtape-local/roles/ingestWriter": ["storage.objects.create"],
     "provision-bucket@sealtape-local.iam.gserviceaccount.com": ["storage.buckets.create"],
     "keys@customer.iam.gserviceaccount.com": {"customer": ["roles/cloudkms.admin"]}}
"""

import json
from pathlib import Path

from infra.local.identity.projects import HOME_PROJECT
from infra.local.identity.roles import PREDEFINED


class RoleUnknown(ValueError):
    """A role that neither Google nor the file defines."""


class Grants:
    """Project-level rights and custom roles."""

    def __init__(self, document: dict[str, list[str] | dict[str, list[str]]]) -> None:
        self._roles = {
            name: frozenset(value)
            for name, value in document.items()
            if name.startswith("projects/") and isinstance(value, list)
        }
        self._accounts: dict[tuple[str, str], frozenset[str]] = {}
        for account, value in document.items():
            if "@" not in account:
                continue
            by_project = {HOME_PROJECT: value} if isinstance(value, list) else value
            for project, rights in by_project.items():
                self._accounts[account, project] = self._flatten(rights)

    @classmethod
    def load(cls, path: Path) -> "Grants":
        """Read the file. Raises: RoleUnknown: it names a role that does not exist."""
        return cls(json.loads(path.read_text()))

    def role(self, name: str) -> frozenset[str]:
        """The permissions of a role. Raises: RoleUnknown."""
        permissions = self._roles.get(name) or PREDEFINED.get(name)
        if permissions is None:
            raise RoleUnknown(f"Role {name} is not supported for this resource.")
        return permissions

    def role_holds(self, name: str, permission: str) -> bool:
        """Whether a role holds a permission; an unknown role holds none."""
        return permission in (self._roles.get(name) or PREDEFINED.get(name) or ())

    def in_project(self, account: str, project: str) -> frozenset[str]:
        """What `account` may do on every resource of `project`."""
        return self._accounts.get((account, project), frozenset())

    def _flatten(self, rights: list[str]) -> frozenset[str]:
        flat: set[str] = set()
        for right in rights:
            flat |= self.role(right) if "/" in right else {right}
        return frozenset(flat)
