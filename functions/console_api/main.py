"""console_api: serves the console to a tenant's members, and what they may see to the console."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import functions_framework.aio
from google.auth.compute_engine import Credentials
from google.cloud import firestore
from starlette.requests import Request

from lib import key_forms, settings, web
from lib.console import assets, downscoped, posture, seal, vault
from lib.console.changes import Desk
from lib.console.doors import Doors, Embed
from lib.console.guards import changing, reading
from lib.console.keys import KeyCabinet
from lib.console.outcomes import OutcomeBoard
from lib.console.passwords import Passwords
from lib.console.policies import PolicyBook
from lib.console.sessions import Shelves
from lib.console.signins import SignIns
from lib.console.visits import Visits
from lib.receipts import Receipts
from lib.tenant_records import TenantRecords


@dataclass(frozen=True, slots=True)
class Settings:
    """Environment of this function; its secrets come from Secret Manager."""

    google_cloud_project: str
    console_origin: str
    handshake_url: str  # what pages name as their endpoint
    project_number: int
    ingest_account: str
    console_api_account: str
    resealer_account: str
    console_session_secret: str
    receipt_signing_key: str  # PEM, P-256
    receipt_retired_keys: str = ""  # JWK set: receipts that these signed are still checked
    sdk_url: str = ""  # where pages load the SDK, if not from this function
    static_dir: str = str(Path(__file__).parent / "static")
    sts_url: str = ""  # where tokens are exchanged, if not at Google's
    k_service: str = ""  # set by Cloud Run alone


SETTINGS = settings.load(Settings, os.environ)
STATIC = assets.check(Path(SETTINGS.static_dir))
SIGN_INS = SignIns(SETTINGS.console_session_secret)
RECEIPTS = Receipts(SETTINGS.receipt_signing_key, SETTINGS.receipt_retired_keys)


def database(name: str) -> firestore.Client:
    """Return a client of one named database, as this function's own account."""
    project = SETTINGS.google_cloud_project
    return firestore.Client(project=project, credentials=Credentials(), database=name)


def build() -> web.App:
    """Wire the parts; called on the first request, after the server has forked."""
    console, config, index = database("console"), database("edge-config"), database("edge-index")
    records = TenantRecords(config)
    readers = downscoped.Readers(
        Credentials(),
        SETTINGS.google_cloud_project,
        downscoped.exchange(SETTINGS.sts_url or None),
    )
    visits = Visits(console, records, SIGN_INS, clock=time.time)
    origin, form_bytes = SETTINGS.console_origin, key_forms.MAX_FORM_BYTES
    embed = Embed(SETTINGS.sdk_url or f"{origin}/{assets.SDK}", SETTINGS.handshake_url)
    doors = Doors(console, records, visits, SIGN_INS, Passwords(), embed, clock=time.time)
    shelves = Shelves(console, index, readers, visits, clock=time.time, random=os.urandom)
    desk = Desk(console, visits, clock=time.time, random=os.urandom)
    cabinet, book = KeyCabinet(config, desk), PolicyBook(console, config, desk)
    return web.App(
        [
            web.Route("POST", "/v1/sign-in", changing(doors.sign_in, origin)),
            web.Route("POST", "/v1/sign-out", changing(doors.sign_out, origin)),
            web.Route("POST", "/v1/setup", changing(doors.set_up, origin)),
            web.Route("POST", "/v1/tenant", changing(doors.switch, origin)),
            web.Route("GET", "/v1/me", reading(doors.me)),
            web.Route("GET", "/v1/sessions", reading(shelves.listed)),
            web.Route("GET", "/v1/sessions/{session}", reading(shelves.one)),
            web.Route("GET", "/v1/sessions/{session}/events", reading(shelves.events)),
            web.Route("GET", "/v1/keys", reading(cabinet.listed)),
            web.Route("POST", "/v1/keys", changing(cabinet.add, origin, form_bytes)),
            web.Route("PATCH", "/v1/keys/{key}", changing(cabinet.change, origin, form_bytes)),
            web.Route("POST", "/v1/keys/{key}/rotate", changing(cabinet.rotate, origin)),
            web.Route("POST", "/v1/keys/{key}/disable", changing(cabinet.disable, origin)),
            web.Route("GET", "/v1/policy", reading(book.current)),
            web.Route("PUT", "/v1/policy", changing(book.replace, origin, web.MAX_JSON_BYTES)),
            *seal.routes(console, desk, origin),
            *vault.routes(console, config, readers, desk, RECEIPTS, origin),
            *posture.routes(console, config, readers, desk, RECEIPTS, SETTINGS),
            web.Route("GET", "/v1/outcomes", reading(OutcomeBoard(config, index, desk).shown)),
            web.Route("GET", "/{path:path}", assets.Assets(STATIC).serve),
        ],
        require_https=bool(SETTINGS.k_service),
    )


APP = web.Lazy(build)


@functions_framework.aio.http  # type: ignore[arg-type]  # it awaits any ASGI callable
async def console_api(_request: Request) -> web.App:
    """The entry point."""
    return APP()
