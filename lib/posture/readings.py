"""Readings: everything that the checks of one tenant are made from, read anew each time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import Forbidden, NotFound
from google.cloud.firestore import Client
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.storage import Bucket

from lib.erasures.ledgers import Entry, Ledger
from lib.identifiers import OPERATION, OperationId, matches
from lib.operations import OPEN, Operation, Operations
from lib.sdk_keys import SdkKeys, StoredKey
from lib.tenants import Tenant
from lib.vault.bucket_grants import POLICY_VERSION

MAX_MEMBERS = 1_000  # counted; a tenant with more is told so
MAX_SHARERS = 10  # other tenants with the same bucket; one is a breach already

Binding = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Readings:
    """What was found. `bucket` and `bindings` are None if we were not let see them."""

    at: float  # Unix s
    tenant: Tenant
    bucket: Bucket | None
    bindings: Sequence[Binding] | None
    at_work: frozenset[str]  # operations of this tenant that run now, by which grants are named
    sharers: int  # other tenants whose records name the same bucket
    seal: Mapping[str, Any]
    policy: Mapping[str, Any] | None
    keys: Sequence[StoredKey]
    members: int
    erasures: Sequence[Entry]
    orders: Mapping[OperationId, Operation]


class Surveyor:
    """Reads for one tenant. It cannot be built without a tenant, so it cannot cross one."""

    def __init__(
        self,
        console: Client,
        edge_config: Client,
        bucket: Bucket,
        tenant: Tenant,
        *,
        clock: Callable[[], float],
    ) -> None:
        """Keep clients of two databases. Args: bucket: the tenant's, by a downscoped token."""
        self._console = console
        self._config = edge_config
        self._bucket = bucket
        self._tenant = tenant
        self._clock = clock

    def read(self) -> Readings:
        """Look at everything once."""
        tenant = self._tenant.id
        bindings = self._bindings()
        erasures = Ledger(self._console, tenant).newest()
        document = self._config.document(f"tenants/{tenant}").get().to_dict() or {}
        version = f"policies/{tenant}-{self._tenant.policy_version}"
        return Readings(
            at=self._clock(),
            tenant=self._tenant,
            bucket=self._settings(),
            bindings=bindings,
            at_work=self._at_work(bindings or ()),
            sharers=self._sharers(),
            seal=document.get("seal") or {},
            policy=self._config.document(version).get().to_dict(),
            keys=SdkKeys(self._config, tenant, clock=self._clock).listed(),
            members=self._members(),
            erasures=erasures,
            orders=self._operations([entry.id for entry in erasures]),
        )

    def _settings(self) -> Bucket | None:
        try:
            self._bucket.reload()
        except (Forbidden, NotFound):
            return None
        return self._bucket

    def _bindings(self) -> Sequence[Binding] | None:
        try:
            policy = self._bucket.get_iam_policy(requested_policy_version=POLICY_VERSION)
        except (Forbidden, NotFound):
            return None
        found: Sequence[Binding] = policy.bindings
        return found

    def _at_work(self, bindings: Sequence[Binding]) -> frozenset[str]:
        titles = [str((each.get("condition") or {}).get("title", "")) for each in bindings]
        names = [OperationId(title) for title in titles if matches(OPERATION, title)]
        found = self._operations(names).values()
        return frozenset(each.id for each in found if each.state in OPEN)

    def _operations(self, names: Sequence[OperationId]) -> dict[OperationId, Operation]:
        """Return those of `names` that exist and are this tenant's."""
        found = Operations(self._console, random=bytes).get_many(names)
        return {name: each for name, each in found.items() if each.tenant == self._tenant.id}

    def _sharers(self) -> int:
        same = FieldFilter("bucket", "==", self._tenant.bucket)
        rows = self._config.collection("tenants").where(filter=same).limit(MAX_SHARERS).stream()
        return sum(1 for row in rows if row.id != self._tenant.id)

    def _members(self) -> int:
        rows = self._console.collection(f"tenants/{self._tenant.id}/members")
        return sum(1 for _ in rows.limit(MAX_MEMBERS).stream())
