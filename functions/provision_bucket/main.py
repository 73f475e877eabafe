"""provision_bucket: creates tenants and their buckets, and runs operations. IAM guards it."""

import os
import time
from dataclasses import dataclass

import functions_framework.aio
from google.auth.compute_engine import Credentials
from google.cloud import firestore, storage
from starlette.requests import Request

from lib import orders, settings, web
from lib.buckets import CREATE_EVERY_S, Buckets
from lib.operations import Operations
from lib.operators import Operators
from lib.paces import Pace
from lib.provisioning import CreateTenant
from lib.tenant_records import TenantRecords
from lib.ticks import Plan, Ticker
from lib.usages import Usages
from lib.users import Users


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment. `project_number` is the only project whose buckets are accepted."""

    google_cloud_project: str
    project_number: int
    ingest_account: str
    console_api_account: str
    k_service: str = ""  # set by Cloud Run alone


SETTINGS = settings.load(Settings, os.environ)


def database(name: str) -> firestore.Client:
    """Return a client of one named database, as this function's own account."""
    project = SETTINGS.google_cloud_project
    return firestore.Client(project=project, credentials=Credentials(), database=name)


def build() -> web.App:
    """Wire the parts; called on the first request, after the server has forked."""
    console, edge_config = database("console"), database("edge-config")
    buckets = storage.Client(project=SETTINGS.google_cloud_project, credentials=Credentials())
    tenants = TenantRecords(edge_config)
    operations = Operations(console, random=os.urandom)
    plans: dict[str, Plan] = {
        orders.KIND: CreateTenant(
            console,
            tenants,
            Buckets(buckets, SETTINGS.project_number),
            Pace(console, "buckets", CREATE_EVERY_S),
            ingest_account=SETTINGS.ingest_account,
            reader_account=SETTINGS.console_api_account,
            clock=time.time,
            random=os.urandom,
        )
    }
    usages = Usages(database("edge-index"), edge_config, time.time)
    ticker = Ticker(operations, plans, clock=time.time, sleep=time.sleep, chores=[usages.refresh])
    operators = Operators(
        operations, tenants, Users(console), ticker, plans, clock=time.time, random=os.urandom
    )
    return web.App(
        [
            web.Route("POST", "/v1/tenants", operators.create_tenant),
            web.Route("GET", "/v1/tenants", operators.list_tenants),
            web.Route("GET", "/v1/operations/{operation}", operators.get_operation),
            web.Route("POST", "/v1/tick", operators.tick),
        ],
        require_https=bool(SETTINGS.k_service),
    )


APP = web.Lazy(build)


@functions_framework.aio.http  # type: ignore[arg-type]  # it awaits any ASGI callable
async def provision_bucket(_request: Request) -> web.App:
    """The entry point."""
    return APP()
