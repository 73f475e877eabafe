"""provision_bucket: creates tenants and their buckets, and runs operations. IAM guards it."""

import os
import time
from dataclasses import dataclass

import functions_framework.aio
from google.auth.compute_engine import Credentials
from google.cloud import firestore, kms, storage
from google.cloud.kms_v1.services.key_management_service.transports import (
    KeyManagementServiceRestTransport as Transport,
)
from starlette.requests import Request

from lib import settings, web
from lib.operating import lifecycles, orders, vault_work
from lib.operating.lifecycle_routes import LifecycleRoutes
from lib.operating.operators import Operators
from lib.operating.paces import Pace
from lib.operating.provisioning import CreateTenant
from lib.operating.reissues import Reissues
from lib.operating.usages import Usages
from lib.operating.vault_work import VaultOrders
from lib.operations import Operations
from lib.refusal_sums import RefusalSums
from lib.seal import plans as seals
from lib.seal import rotations, wiring
from lib.seal.watches import KeyWatch
from lib.ticks import Plan, Ticker
from lib.users import Users
from lib.vault import impersonations
from lib.vault.buckets import CREATE_EVERY_S, Buckets
from lib.vault.cloud_keys import CloudKeys


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment. `project_number` is the only project whose buckets are accepted."""

    google_cloud_project: str
    project_number: int
    ingest_account: str
    console_api_account: str
    provision_bucket_account: str
    resealer_account: str
    iam_url: str = ""  # where tokens of the resealer are made, if not at Google's
    kms_url: str = "https://cloudkms.googleapis.com"
    k_service: str = ""  # set by Cloud Run alone


SETTINGS = settings.load(Settings, os.environ)
ACCOUNTS = SETTINGS.ingest_account, SETTINGS.console_api_account  # who adds, who reads


def database(name: str) -> firestore.Client:
    """Return a client of one named database, as this function's own account."""
    project = SETTINGS.google_cloud_project
    return firestore.Client(project=project, credentials=Credentials(), database=name)


def keys() -> CloudKeys:
    """Return Cloud KMS; the agent is the account by which Cloud Storage uses keys."""
    scheme, _, host = SETTINGS.kms_url.partition("://")
    transport = Transport(host=host, url_scheme=scheme, credentials=Credentials())
    agent = f"service-{SETTINGS.project_number}@gs-project-accounts.iam.gserviceaccount.com"
    client = kms.KeyManagementServiceClient(transport=transport)
    return CloudKeys(client, SETTINGS.google_cloud_project, agent)


def build() -> web.App:
    """Wire the parts; called on the first request, after the server has forked."""
    project, own, random = SETTINGS.google_cloud_project, Credentials(), os.urandom
    console, config, index = database("console"), database("edge-config"), database("edge-index")
    storage_client = storage.Client(project=project, credentials=own)
    buckets = Buckets(storage_client, SETTINGS.project_number)
    pace = Pace(console, "buckets", CREATE_EVERY_S)
    operations = Operations(console, random=random)
    acting = impersonations.impersonate(own, SETTINGS.resealer_account, SETTINGS.iam_url or None)
    resealer = wiring.Resealer(SETTINGS.resealer_account, acting, project)
    parts = console, config, operations, storage_client, keys(), resealer
    projects = frozenset({project, str(SETTINGS.project_number)})
    viewer = SETTINGS.provision_bucket_account
    tools = wiring.tools(*parts, projects, viewer, clock=time.time, random=random)
    plans: dict[str, Plan] = {
        orders.KIND: CreateTenant(
            console, tools.tenants, buckets, pace, ACCOUNTS, clock=time.time, random=random
        ),
        seals.KIND: seals.ChangeSeal(tools),
        rotations.KIND: rotations.Reseal(tools),
        **lifecycles.plans(tools, config, index, buckets, pace),
        **vault_work.plans(tools, config, index, buckets, ACCOUNTS),
    }
    usages, refusals = Usages(index, config, time.time), RefusalSums(config)
    chores = [usages.refresh, refusals.fold, KeyWatch(tools).look]
    ticker = Ticker(operations, plans, clock=time.time, sleep=time.sleep, chores=chores)
    operators = Operators(
        operations, tools.tenants, Users(console), ticker, plans, clock=time.time, random=random
    )
    return web.App(
        [
            *operators.routes(),
            *LifecycleRoutes(operations, tools.tenants, clock=time.time).routes(),
            *VaultOrders(console, tools.tenants, clock=time.time, random=random).routes(),
            *Reissues(console, config, tools.tenants, clock=time.time, random=random).routes(),
        ],
        require_https=bool(SETTINGS.k_service),
    )


APP = web.Lazy(build)


@functions_framework.aio.http  # type: ignore[arg-type]  # it awaits any ASGI callable
async def provision_bucket(_request: Request) -> web.App:
    """The entry point."""
    return APP()
