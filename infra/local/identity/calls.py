"""One call on a service whose state is one saved document: Cloud KMS and Secret Manager."""

from dataclasses import dataclass

from infra.local.identity.judges import Judge
from infra.local.identity.projects import HOME_PROJECT, PROJECT_NUMBER
from infra.local.identity.tokens import Caller
from infra.local.wire.clocks import Clock
from infra.local.wire.messages import Json, Request
from infra.local.wire.saved import Saved


@dataclass
class Service:
    """Everything that outlives a call."""

    saved: Saved
    judge: Judge
    clock: Clock

    def table(self, name: str) -> dict[str, Json]:
        """One kind of resource by full name; changing it changes the state, `save` keeps it."""
        table: dict[str, Json] = self.saved.document.setdefault(name, {})
        return table


@dataclass
class Call:
    """One request to one operation. Args: fields: of the path, decoded; untrusted."""

    service: Service
    request: Request
    fields: dict[str, str]
    caller: Caller

    def require(self, permission: str, resource: str, policy: Json | None = None) -> None:
        """Refuse unless the caller may do this to `resource`, a full name. Raises: Refused."""
        project = self.fields["project"]
        project = HOME_PROJECT if project == PROJECT_NUMBER else project
        self.service.judge.require(self.caller, permission, project, policy, resource)

    def update_mask(self) -> list[str]:
        """The fields that a PATCH names, in JSON's camel case or not."""
        return [name for name in self.request.query.get("updateMask", "").split(",") if name]
