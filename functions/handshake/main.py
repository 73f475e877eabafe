"""handshake: decides who may record, before anything is recorded or stored."""

import os
import time
from dataclasses import dataclass
from http import HTTPStatus

import functions_framework.aio
import msgspec
from starlette.requests import Request
from starlette.responses import Response

from lib import countries, settings, signing_keys, web
from lib.edge import asks, collector, handshakes
from lib.edge.access_tokens import AccessTokens
from lib.edge.config import EdgeConfig
from lib.edge.documents import Documents
from lib.edge.fetches import Fetcher
from lib.tokens import Verifier


@dataclass(frozen=True, slots=True)
class Settings:
    """Environment of this function; the signing key comes from Secret Manager."""

    google_cloud_project: str
    session_signing_key: str  # PEM, P-256
    session_public_keys: str  # JWK set: the signing key's own, and those being retired
    ingest_url: str
    console_url: str
    firestore_url: str = "https://firestore.googleapis.com"
    gce_metadata_host: str = "metadata.google.internal"
    country_header: settings.HeaderName = settings.NO_HEADER  # written by the load balancer
    k_service: str = ""  # set by Cloud Run alone


SETTINGS = settings.load(Settings, os.environ)


def build() -> handshakes.Handshakes:
    """Wire the parts; called on the first request, after the server has forked."""
    fetcher = Fetcher()
    config = Documents(
        fetcher,
        AccessTokens(fetcher, SETTINGS.gce_metadata_host, time.time),
        SETTINGS.firestore_url,
        SETTINGS.google_cloud_project,
        "edge-config",
    )
    return handshakes.Handshakes(
        EdgeConfig(config, time.monotonic),
        config,
        signing_keys.signer(SETTINGS.session_signing_key),
        Verifier(signing_keys.public_keys(SETTINGS.session_public_keys)),
        SETTINGS.ingest_url,
        SETTINGS.console_url,
        time.time,
        os.urandom,
    )


SERVICE = web.Lazy(build)


async def open_session(request: Request) -> Response:
    """`POST /v1/handshake` (docs/protocol.md): 200 with a session, or a problem document."""
    body = await web.read_body(request, asks.MAX_HANDSHAKE_BYTES)
    named = SETTINGS.country_header
    country = countries.told(request.headers.getlist(named)) if named else None
    answer = await SERVICE().open(asks.parse(body), request.headers.get("origin", ""), country)
    return Response(
        msgspec.json.encode(answer), status_code=HTTPStatus.OK, media_type="application/json"
    )


APP = web.App(
    [web.Route("POST", "/v1/handshake", open_session)],
    headers=web.PUBLIC_CORS,
    require_https=bool(SETTINGS.k_service),
)
collector.tune()


@functions_framework.aio.http  # type: ignore[arg-type]  # it awaits any ASGI callable
async def handshake(_request: Request) -> web.App:
    """The entry point."""
    return APP
