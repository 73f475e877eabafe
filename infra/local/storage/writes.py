"""Making an object: every check that comes before its bytes count as stored."""

import base64
import hashlib
from dataclasses import dataclass
from urllib.parse import quote

import google_crc32c

from infra.local.storage import encryption, retention
from infra.local.storage.calls import Call
from infra.local.storage.errors import invalid
from infra.local.storage.fields import WRITABLE, check_custom_time
from infra.local.storage.preconditions import require
from infra.local.wire.messages import Json

# Source: https://docs.cloud.google.com/storage/docs/objects#naming
MAX_NAME_BYTES = 1024


@dataclass(frozen=True)
class NewObject:
    """What a client wants to store. Args: query: preconditions and `kmsKeyName`; untrusted."""

    bucket: str
    name: str
    metadata: Json
    content: bytes
    query: dict[str, str]


async def store(call: Call, new: NewObject) -> Json:
    """Make `new` the live object of its name, if everything allows it; returns its resource.

    Raises: Problem: 400, 401, 403, 404, 412 as Cloud Storage would.
    """
    service = call.service
    bucket = call.bucket("storage.objects.create", new.bucket, object=new.name)
    _check_name(new.name)
    hashes = _hashes(new.content, new.metadata)
    if "predefinedAcl" in new.query:
        raise invalid("Cannot use ACL API when uniform bucket-level access is enabled.")
    named = new.query.get("kmsKeyName") or new.metadata.get("kmsKeyName")
    version = await _key_version(call, bucket, named)
    # From here on nothing waits, so the checks and the write are one step. Asking for the key did.
    if version:
        bucket = call.bucket("storage.objects.create", new.bucket, object=new.name)
    live = service.database.live(new.bucket, new.name)
    require(new.query, live)
    if live is not None:
        call.bucket("storage.objects.delete", new.bucket, object=new.name)
        retention.require_deletable(bucket, live, service.clock)
    resource = _resource(call, bucket, new, hashes)
    if version:
        resource["kmsKeyName"] = version
    keep = live is not None and retention.soft_delete(bucket, live, service.clock)
    service.database.put(resource, new.content, live, keep=keep)
    return resource


async def _key_version(call: Call, bucket: Json, named: str | None) -> str:
    """The version of the key that seals a new object; empty for Google's own."""
    now = call.service.clock.now_ms()
    if "x-goog-encryption-algorithm" in call.request.headers:
        encryption.require_allowed(bucket, "supplied", now)
        raise invalid("This stand-in keeps no objects under customer-supplied keys.")
    key = encryption.key_of(bucket, named)
    encryption.require_allowed(bucket, "customer" if key else "google", now)
    if key is None:
        return ""
    encryption.check_location(bucket, key)
    return await call.service.keys.require(key, "encrypt")


def _check_name(name: str) -> None:
    if not name:
        raise invalid("Required parameter: name")
    if len(name.encode()) > MAX_NAME_BYTES or "\n" in name or "\r" in name or name in (".", ".."):
        raise invalid(f"Invalid object name: {name[:80]!r}")


def _hashes(content: bytes, claimed: Json) -> Json:
    """CRC32C and MD5 in base64. Raises: Problem: 400, the client says otherwise."""
    actual = {
        "crc32c": google_crc32c.value(content).to_bytes(4, "big"),
        "md5Hash": hashlib.md5(content).digest(),
    }
    encoded = {field: base64.b64encode(value).decode() for field, value in actual.items()}
    for field, value in encoded.items():
        if claimed.get(field, value) != value:
            raise invalid(f'Provided {field} "{claimed[field]}" doesn\'t match "{value}".')
    return encoded


def _resource(call: Call, bucket: Json, new: NewObject, hashes: Json) -> Json:
    generation = call.service.database.next_generation()
    now = call.service.clock.now()
    path = f"/storage/v1/b/{new.bucket}/o/{quote(new.name, safe='')}"
    resource: Json = {key: new.metadata[key] for key in WRITABLE if new.metadata.get(key)}
    resource.setdefault("contentType", "application/octet-stream")
    check_custom_time(resource)
    resource |= {
        "kind": "storage#object",
        "id": f"{new.bucket}/{new.name}/{generation}",
        "selfLink": call.base + path,
        "mediaLink": f"{call.base}/download{path}?generation={generation}&alt=media",
        "bucket": new.bucket,
        "name": new.name,
        "generation": str(generation),
        "metageneration": "1",
        "size": str(len(new.content)),
        "storageClass": new.metadata.get("storageClass") or bucket["storageClass"],
        "etag": base64.b64encode(generation.to_bytes(8, "big")).decode(),
        "timeCreated": now,
        "updated": now,
        "timeStorageClassUpdated": now,
        "timeFinalized": now,
        **hashes,
    }
    if until := retention.expiration(bucket, now):
        resource["retentionExpirationTime"] = until
    return resource
