"""Puts together what the plans that seal work with, from clients that the caller made."""

from collections.abc import Callable
from dataclasses import dataclass

from google.auth.credentials import Credentials
from google.cloud.firestore import Client as Firestore
from google.cloud.storage import Client as Storage

from lib.identifiers import RandomBytes
from lib.operations import Operations
from lib.seal.bucket_seals import BucketSeals
from lib.seal.canaries import Canaries
from lib.seal.errands import Errands
from lib.seal.passes import Passes
from lib.seal.proofs import Proofs
from lib.seal.records import SealRecords
from lib.seal.tools import Tools
from lib.tenant_records import TenantRecords
from lib.vault.bucket_grants import BucketGrants
from lib.vault.cloud_keys import CloudKeys
from lib.vault.object_walks import ObjectWalks
from lib.vault.resealing import Resealing


@dataclass(frozen=True, slots=True)
class Resealer:
    """The account that works inside buckets: its address, its credentials, its project."""

    account: str
    credentials: Credentials
    project: str


def tools(
    console: Firestore,
    edge_config: Firestore,
    operations: Operations,
    storage: Storage,
    keys: CloudKeys,
    resealer: Resealer,
    own_projects: frozenset[str],
    viewer: str,
    *,
    clock: Callable[[], float],
    random: RandomBytes,
) -> Tools:
    """Return the tools.

    Args: storage: as the function's own account. own_projects: the operator's, whose keys no
    tenant may name, by id and by number. viewer: the function's own account, which customers let
    see their keys. clock: Unix seconds.
    """
    walks = ObjectWalks(resealer.credentials, resealer.project)
    grants = BucketGrants(storage, resealer.account)
    return Tools(
        console=console,
        tenants=TenantRecords(edge_config),
        records=SealRecords(edge_config),
        keys=keys,
        proofs=Proofs(keys, viewer, own_projects),
        buckets=BucketSeals(storage),
        canaries=Canaries(walks),
        errands=Errands(console, grants, clock=clock, random=random),
        walks=walks,
        passes=Passes(operations, walks, Resealing(walks, keys.version_state), clock),
        operations=operations,
        clock=clock,
    )
