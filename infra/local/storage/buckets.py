"""Buckets: creating, reading, changing, deleting and listing them."""

import re

from infra.local.identity.projects import PROJECT_NUMBER
from infra.local.storage import encryption
from infra.local.storage.calls import Call, Service
from infra.local.storage.errors import Problem, invalid
from infra.local.storage.policies import initial_policy
from infra.local.storage.preconditions import require
from infra.local.storage.retention import SOFT_DELETE_DEFAULT_S
from infra.local.wire.clocks import rfc3339
from infra.local.wire.messages import Answer, Json

# Source: https://docs.cloud.google.com/storage/docs/buckets#naming (names without dots)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]")
_FIXED = ("kind", "id", "name", "selfLink", "projectNumber", "location", "locationType")
_SET_BY_SERVICE = (*_FIXED, "timeCreated", "updated", "metageneration", "etag")
# Soft deletion lasts 7 to 90 days, or 0 for not at all, seconds.
_SOFT_DELETE_MAX_S = 90 * 24 * 3600
_UNIFORM_LOCK_MS = 90 * 24 * 3600 * 1000

_ALREADY_OURS = "The named bucket exists and you already own it."
_TAKEN = "The requested bucket name is not available; all users share one namespace."

_MULTI_REGIONS = ("US", "EU", "ASIA")


async def create(call: Call) -> Answer:
    """`buckets.insert`. Raises: Problem: 409 the name is taken, 429 too soon after the last."""
    call.in_project("storage.buckets.create")
    body = call.request.json
    name = body.get("name", "")
    if not _NAME.fullmatch(name) or name.startswith("goog"):
        raise invalid(f"Invalid bucket name: '{name}'")
    _pace(call.service)
    resource = await build(call, body, PROJECT_NUMBER)
    existing = call.service.database.bucket(name)
    if existing is not None:
        mine = existing["projectNumber"] == PROJECT_NUMBER
        raise Problem(409, "conflict", _ALREADY_OURS if mine else _TAKEN)
    call.service.database.add_bucket(resource, initial_policy(name))
    return Answer.of(resource)


async def build(call: Call, body: Json, project_number: str) -> Json:
    """A new bucket's resource with everything that the service fills in."""
    name, now = body["name"], call.service.clock.now()
    wanted = {key: value for key, value in body.items() if key not in _SET_BY_SERVICE}
    resource = merge({}, wanted)
    location = str(body.get("location", "US")).upper()
    resource |= {
        "kind": "storage#bucket",
        "id": name,
        "name": name,
        "selfLink": f"{call.base}/storage/v1/b/{name}",
        "projectNumber": project_number,
        "location": location,
        "locationType": "multi-region" if location in _MULTI_REGIONS else "region",
        "storageClass": body.get("storageClass", "STANDARD"),
        "timeCreated": now,
        "updated": now,
        "metageneration": "1",
        "etag": "CAE=",
    }
    await _settle(call.service, resource, {})
    return resource


async def get(call: Call) -> Answer:
    """`buckets.get`."""
    resource = call.bucket("storage.buckets.get")
    require(call.query, resource, reading=True)
    return Answer.of(resource)


async def list_buckets(call: Call) -> Answer:
    """`buckets.list` of the home project."""
    call.in_project("storage.buckets.list")
    prefix = call.query.get("prefix", "")
    items = [
        resource
        for resource in call.service.database.buckets()
        if resource["name"].startswith(prefix) and resource["projectNumber"] == PROJECT_NUMBER
    ]
    return Answer.of({"kind": "storage#buckets", "items": items})


async def patch(call: Call) -> Answer:
    """`buckets.patch`: a JSON merge patch (RFC 7396)."""
    before = call.bucket("storage.buckets.update")
    require(call.query, before)
    changes = {key: v for key, v in call.request.json.items() if key not in _SET_BY_SERVICE}
    resource = merge(before, changes)
    await _settle(call.service, resource, before)
    # Asking Cloud KMS took time: what was checked must still be so.
    seen = {"ifMetagenerationMatch": before["metageneration"]}
    require(seen, call.service.database.bucket(before["name"]))
    resource["metageneration"] = str(int(before["metageneration"]) + 1)
    resource["updated"] = call.service.clock.now()
    call.service.database.save_bucket(resource)
    return Answer.of(resource)


async def delete(call: Call) -> Answer:
    """`buckets.delete`. Raises: Problem: 409 it holds objects."""
    resource = call.bucket("storage.buckets.delete")
    require(call.query, resource)
    if call.service.database.any_live(resource["name"]):
        raise Problem(409, "conflict", "The bucket you tried to delete is not empty.")
    _pace(call.service)
    call.service.database.drop_bucket(resource["name"])
    return Answer(204)


def merge(target: Json, changes: Json) -> Json:
    """`target` with `changes` merged in; a null takes a field away (RFC 7396)."""
    merged = dict(target)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            old = merged.get(key)
            merged[key] = merge(old if isinstance(old, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def _pace(service: Service) -> None:
    """Source: https://docs.cloud.google.com/storage/quotas#buckets"""
    now, limits = service.clock.now_ms(), service.limits
    if limits.bucket_interval_ms and now - limits.last_bucket_ms < limits.bucket_interval_ms:
        message = "The project exceeded the rate limit for creating and deleting buckets."
        raise Problem(429, "rateLimitExceeded", message)
    limits.last_bucket_ms = now


async def _settle(service: Service, resource: Json, before: Json) -> None:
    """Fill in what follows from the other fields, and refuse what cannot be."""
    now = service.clock.now()
    access = resource.setdefault("iamConfiguration", {})
    access.setdefault("publicAccessPrevention", "inherited")
    uniform = access.setdefault("uniformBucketLevelAccess", {"enabled": False})
    if uniform.get("enabled"):
        uniform.setdefault("lockedTime", rfc3339(service.clock.now_ms() + _UNIFORM_LOCK_MS))
    _settle_soft_delete(resource, before, now)
    if policy := resource.get("retentionPolicy"):
        policy["retentionPeriod"] = str(int(policy["retentionPeriod"]))
        policy.setdefault("effectiveTime", now)
    if resource.get("versioning", {}).get("enabled"):
        raise invalid("This stand-in keeps no noncurrent versions; Sealtape never asks for them.")
    sealed = resource.get("encryption")
    if sealed is None:
        return
    old = before.get("encryption", {})
    encryption.stamp(sealed, old, service.clock, service.limits.enforcement_delay_ms)
    key = sealed.get("defaultKmsKeyName")
    if key and key != old.get("defaultKmsKeyName"):
        encryption.check_location(resource, key)
        await service.keys.require(key, "encrypt")
    if not sealed:
        del resource["encryption"]


def _settle_soft_delete(resource: Json, before: Json, now: str) -> None:
    policy = resource.setdefault("softDeletePolicy", {})
    seconds = int(policy.get("retentionDurationSeconds", SOFT_DELETE_DEFAULT_S))
    if seconds != 0 and not SOFT_DELETE_DEFAULT_S <= seconds <= _SOFT_DELETE_MAX_S:
        raise invalid("Soft delete retention is 0, or 7 to 90 days.")
    policy["retentionDurationSeconds"] = str(seconds)
    if before.get("softDeletePolicy", {}).get("retentionDurationSeconds") != str(seconds):
        policy["effectiveTime"] = now
