"""ingest: authenticates, masks and seals batches; acknowledges what is stored, nothing else."""

import os
import time
from dataclasses import dataclass
from http import HTTPStatus

import functions_framework.aio
import msgspec
from starlette.requests import Request
from starlette.responses import Response

from lib import settings, signing_keys, web
from lib.edge import batches, collector
from lib.edge.access_tokens import AccessTokens
from lib.edge.config import EdgeConfig
from lib.edge.documents import Documents
from lib.edge.fetches import Fetcher
from lib.edge.ingestion import Ingestion
from lib.edge.notes import Notes
from lib.edge.objects import Objects
from lib.edge.outcomes import Outcomes
from lib.tokens import Verifier


@dataclass(frozen=True, slots=True)
class Settings:
    """Environment of this function; the user hash key comes from Secret Manager."""

    google_cloud_project: str
    session_public_keys: str  # JWK set
    user_hash_key: str  # 32 bytes or more
    firestore_url: str = "https://firestore.googleapis.com"
    storage_url: str = "https://storage.googleapis.com"
    gce_metadata_host: str = "metadata.google.internal"
    k_service: str = ""  # set by Cloud Run alone


SETTINGS = settings.load(Settings, os.environ)


def build() -> Ingestion:
    """Wire the parts; called on the first request, after the server has forked."""
    fetcher = Fetcher()
    tokens = AccessTokens(fetcher, SETTINGS.gce_metadata_host, time.time)

    def database(name: str) -> Documents:
        return Documents(
            fetcher, tokens, SETTINGS.firestore_url, SETTINGS.google_cloud_project, name
        )

    return Ingestion(
        EdgeConfig(database("edge-config"), time.monotonic),
        Verifier(signing_keys.public_keys(SETTINGS.session_public_keys)),
        Objects(fetcher, tokens, SETTINGS.storage_url, os.urandom),
        database("edge-index"),
        Notes(time.monotonic),
        Outcomes(time.time, os.urandom),
        SETTINGS.user_hash_key.encode(),
        time.time,
    )


SERVICE = web.Lazy(build)


async def accept(request: Request) -> Response:
    """`POST /v1/ingest` (docs/protocol.md): 202 once the batch is stored, or a problem document."""
    body = await web.read_body(request, batches.MAX_BODY_BYTES)
    agent, origin = (request.headers.get(name, "") for name in ("user-agent", "origin"))
    answer = await SERVICE().accept(body, agent, origin)
    return Response(
        msgspec.json.encode(answer), status_code=HTTPStatus.ACCEPTED, media_type="application/json"
    )


APP = web.App(
    [web.Route("POST", "/v1/ingest", accept)],
    headers=web.PUBLIC_CORS,
    require_https=bool(SETTINGS.k_service),
)
collector.tune()


@functions_framework.aio.http  # type: ignore[arg-type]  # it awaits any ASGI callable
async def ingest(_request: Request) -> web.App:
    """The entry point."""
    return APP
