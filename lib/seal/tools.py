"""What the plans that seal work with."""

from collections.abc import Callable
from dataclasses import dataclass

from google.cloud.firestore import Client

from lib.operations import Operation, Operations
from lib.seal.bucket_seals import BucketSeals
from lib.seal.canaries import Canaries
from lib.seal.errands import Errands
from lib.seal.passes import Passes
from lib.seal.proofs import Proofs
from lib.seal.records import SealRecords
from lib.seals import KeyRefused
from lib.tenant_records import TenantRecords
from lib.tenants import Tenant
from lib.vault.cloud_keys import CloudKeys
from lib.vault.object_walks import ObjectWalks
from lib.vault.resealing import Target

SEALABLE = ("active", "suspended")  # states of a tenant that has a bucket


@dataclass(frozen=True, slots=True)
class Tools:
    """What both sealing plans work with; `clock` gives Unix seconds."""

    console: Client
    tenants: TenantRecords
    records: SealRecords
    keys: CloudKeys
    proofs: Proofs
    buckets: BucketSeals
    canaries: Canaries
    errands: Errands
    walks: ObjectWalks
    passes: Passes
    operations: Operations
    clock: Callable[[], float]

    def tenant(self, operation: Operation) -> Tenant:
        """Return the operation's tenant.

        Raises: KeyRefused: it has no bucket any more.
        """
        tenant = self.tenants.get(operation.tenant)
        if tenant is None or tenant.state not in SEALABLE:
            raise KeyRefused("this tenant has no bucket to seal")
        return tenant

    def target(self, key: str | None) -> Target:
        """Return what objects must be sealed by: of a key, its primary version at the moment."""
        found = self.keys.find(key) if key else None
        return Target(key, found.primary if found else None)
