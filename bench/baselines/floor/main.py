"""The floor under any ingest: inflate, deflate and put the object, nothing looked at.

Same framework and HTTP client as ingest; one constant token and no metadata about the object.
"""

import os

import functions_framework.aio
from isal import isal_zlib
from starlette.requests import Request
from starlette.responses import Response

from lib.edge.fetches import Fetcher

URL = f"{os.environ['STORAGE_URL']}/upload/storage/v1/b/floor/o?uploadType=media&name=batch"
HEADERS = {"Authorization": "Bearer floor", "Content-Type": "application/x-ndjson"}
COMPRESSION = 1  # as ingest
GZIP = 31  # zlib's window bits for one gzip member

FETCHERS: list[Fetcher] = []


@functions_framework.aio.http
async def floor(request: Request) -> Response:
    """Store the batch unread; the client is made on first use, after the server has forked."""
    if not FETCHERS:
        FETCHERS.append(Fetcher())
    body = await request.body()
    events = isal_zlib.decompress(body[body.find(b"\n") + 1 :], GZIP)
    deflater = isal_zlib.compressobj(COMPRESSION, wbits=GZIP)
    packed = deflater.compress(events) + deflater.flush()
    answer = await FETCHERS[0].send("POST", URL, headers=HEADERS, body=packed)
    return Response(status_code=202 if answer.status == 200 else 503)
