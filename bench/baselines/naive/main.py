"""The build that everybody writes first: threads, json, zlib, and Google's two libraries."""

import functools
import gzip
import json
import os
import re
from typing import Any

import flask
import functions_framework
import jwt
from google.auth.compute_engine import Credentials
from google.cloud import firestore, storage

ZLIB_LEVEL = 6
WORD = re.compile(r"\S")
PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]
KEY = jwt.PyJWKSet.from_json(os.environ["SESSION_PUBLIC_KEYS"]).keys[0]
BUCKET = os.environ["BUCKET"]


@functools.cache
def clients() -> tuple[Any, Any]:
    """Make the clients of Cloud Storage and Firestore, after the server has forked."""
    credentials = Credentials()
    return (
        storage.Client(project=PROJECT, credentials=credentials),
        firestore.Client(project=PROJECT, database="edge-index"),
    )


def mask(value: Any) -> Any:
    """Return `value` with every text and attribute masked, letter by letter."""
    if isinstance(value, dict):
        return {name: mask_member(name, inner) for name, inner in value.items()}
    return [mask(inner) for inner in value] if isinstance(value, list) else value


def mask_member(name: str, value: Any) -> Any:
    """Return the member's value, masked if it holds what a page shows."""
    if name in ("textContent", "text", "value", "href") and isinstance(value, str):
        return WORD.sub("x", value)
    if name == "attributes" and isinstance(value, dict):
        return {
            key: WORD.sub("x", text) if isinstance(text, str) else text
            for key, text in value.items()
        }
    return mask(value)


@functions_framework.http
def naive(request: flask.Request) -> tuple[str, int]:
    """Verify the token, mask the batch, store it, note its session."""
    store, database = clients()
    line, _, packed = request.get_data().partition(b"\n")
    header = json.loads(line)
    claim = jwt.decode(header["token"], KEY, algorithms=["ES256"], audience="sealtape-ingest")
    lines = gzip.decompress(packed).decode().splitlines()
    events = "\n".join(json.dumps(mask(json.loads(each))) for each in lines)
    blob = store.bucket(BUCKET).blob(f"s/{claim['sid']}/{claim['pag']}/{header['seq']:06d}")
    blob.metadata = {"sent": str(header["sent"])}
    blob.upload_from_string(gzip.compress(events.encode(), ZLIB_LEVEL), if_generation_match=0)
    session = database.document(f"tenants/{claim['ten']}/sessions/{claim['sid']}")
    session.set({"last": header["sent"], "seq": header["seq"]}, merge=True)
    return "", 202
