"""One object: making it, reading and changing its metadata, deleting it."""

import base64
import hashlib
from dataclasses import dataclass
from urllib.parse import quote

import google_crc32c

from infra.local.storage import encryption, retention
from infra.local.storage.calls import Call
from infra.local.storage.errors import invalid, not_found
from infra.local.storage.preconditions import require
from infra.local.wire.clocks import unix_ms
from infra.local.wire.messages import Answer, Json

# Source: https://docs.cloud.google.com/storage/docs/objects#naming
MAX_NAME_BYTES = 1024

WRITABLE = (
    "cacheControl",
    "contentDisposition",
    "contentEncoding",
    "contentLanguage",
    "contentType",
    "customTime",
    "metadata",
)


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
    # From here on nothing waits, so the checks and the write are one step.
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
    _check_custom_time(resource)
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


def _check_custom_time(resource: Json) -> None:
    if "customTime" in resource:
        try:
            unix_ms(resource["customTime"])
        except ValueError as error:
            raise invalid("Invalid customTime.") from error


def find(call: Call, permission: str) -> tuple[Json, Json]:
    """The bucket and the object that the path names, if the caller may do this.

    Raises: Problem: 401, 403, 404.
    """
    name = call.fields["name"]
    bucket = call.bucket(permission, object=name)
    database = call.service.database
    generation = call.query.get("generation")
    if generation is None:
        found = database.live(bucket["name"], name)
    else:
        live = call.query.get("softDeleted") != "true"
        if not generation.isdecimal():
            raise invalid("Invalid generation.")
        found = database.version(bucket["name"], name, int(generation), live=live)
    if found is None:
        raise not_found(f"No such object: {bucket['name']}/{name}")
    return bucket, found


async def get(call: Call) -> Answer:
    """`objects.get`: the metadata."""
    _, resource = find(call, "storage.objects.get")
    require(call.query, resource, reading=True)
    return Answer.of(resource)


async def patch(call: Call) -> Answer:
    """`objects.patch`: a JSON merge patch. A custom time only moves forward."""
    _, resource = find(call, "storage.objects.update")
    require(call.query, resource)
    before = resource.get("customTime")
    for key, value in call.request.json.items():
        if key not in WRITABLE:
            continue
        if isinstance(value, dict):
            value = {**resource.get(key, {}), **value}
            value = {inner: text for inner, text in value.items() if text is not None}
        resource[key] = value
        if not value:
            del resource[key]
    _check_custom_time(resource)
    after = resource.get("customTime")
    if before and (not after or unix_ms(after) < unix_ms(before)):
        raise invalid("Custom time cannot be removed or set to an earlier time.")
    resource["metageneration"] = str(int(resource["metageneration"]) + 1)
    resource["updated"] = call.service.clock.now()
    call.service.database.save_object(resource)
    return Answer.of(resource)


async def delete(call: Call) -> Answer:
    """`objects.delete`."""
    bucket, resource = find(call, "storage.objects.delete")
    require(call.query, resource)
    retention.require_deletable(bucket, resource, call.service.clock)
    keep = retention.soft_delete(bucket, resource, call.service.clock)
    call.service.database.remove(resource, keep=keep)
    return Answer(204)
