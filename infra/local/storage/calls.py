"""One call on the service: the request, who makes it, and what it works on."""

from dataclasses import dataclass, field

from infra.local.identity.projects import PROJECT_NUMBER
from infra.local.identity.tokens import Caller
from infra.local.storage.access import Access, Target
from infra.local.storage.databases import Database
from infra.local.storage.encryption import Keys
from infra.local.storage.errors import not_found
from infra.local.storage.faults import Faults
from infra.local.storage.rewrite_tokens import RewriteTokens
from infra.local.storage.sessions import UploadSessions
from infra.local.wire.clocks import Clock
from infra.local.wire.messages import Json, Request


@dataclass
class Limits:
    """What a real project's limits are; off unless a flag or a test turns them on.

    Args: bucket_interval_ms: least time between creations or deletions of buckets; Google's is
    about 2,000. enforcement_delay_ms: from setting an encryption restriction to its effect.
    """

    bucket_interval_ms: int = 0
    enforcement_delay_ms: int = 0
    last_bucket_ms: int = 0


@dataclass
class Service:
    """Everything that outlives a call."""

    database: Database
    clock: Clock
    access: Access
    keys: Keys
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    rewrites: RewriteTokens = field(default_factory=RewriteTokens)
    uploads: UploadSessions = field(default_factory=UploadSessions)


@dataclass
class Call:
    """One request to one operation. Args: fields: of the path, decoded; untrusted."""

    service: Service
    request: Request
    fields: dict[str, str]
    caller: Caller

    @property
    def query(self) -> dict[str, str]:
        """The query's fields; untrusted."""
        return self.request.query

    @property
    def base(self) -> str:
        """The service's own address as the client knows it."""
        return f"http://{self.request.headers.get('host', 'localhost')}"

    def bucket(self, permission: str, name: str = "", **parts: str) -> Json:
        """The bucket that is asked for, if the caller may do this to it.

        Args: name: of the bucket, by default the path's. parts: `object` or `list_prefix`.
        Raises: Problem: 404, 401 or 403.
        """
        name = name or self.fields["bucket"]
        resource = self.service.database.bucket(name)
        if resource is None:
            raise not_found("The specified bucket does not exist.")
        policy = self.service.database.policy(name)
        target = Target(name, **parts)
        owner = resource["projectNumber"]
        self.service.access.require(self.caller, permission, target, policy, owner)
        return resource

    def in_project(self, permission: str) -> None:
        """Refuse unless the caller may do this in the home project. Raises: Problem."""
        self.service.access.require(self.caller, permission, Target(), None, PROJECT_NUMBER)
