"""Key rings. Source: https://docs.cloud.google.com/kms/docs/reference/rest"""

import re

from infra.local.identity.calls import Call
from infra.local.wire.messages import Answer, Json
from infra.local.wire.statuses import Refused

# What a key ring or key may be called.
ID = re.compile(r"[a-zA-Z0-9_-]{1,63}")


def location_of(call: Call) -> str:
    """The full name of the location that the path names."""
    return f"projects/{call.fields['project']}/locations/{call.fields['location']}"


def name_of(call: Call) -> str:
    """The full name of the ring that the path names."""
    return f"{location_of(call)}/keyRings/{call.fields['ring']}"


def find(call: Call, permission: str) -> Json:
    """The ring, if the caller may do this. Raises: Refused."""
    name = name_of(call)
    call.require(permission, name)
    ring = call.service.table("rings").get(name)
    if ring is None:
        raise Refused("NOT_FOUND", f"KeyRing {name} not found.")
    return ring


async def create(call: Call) -> Answer:
    """`keyRings.create`."""
    parent, ring_id = location_of(call), call.request.query.get("keyRingId", "")
    call.require("cloudkms.keyRings.create", parent)
    if not ID.fullmatch(ring_id):
        raise Refused("INVALID_ARGUMENT", f"Invalid key ring id: {ring_id!r}")
    name = f"{parent}/keyRings/{ring_id}"
    rings = call.service.table("rings")
    if name in rings:
        raise Refused("ALREADY_EXISTS", f"KeyRing {name} already exists.")
    rings[name] = {"name": name, "createTime": call.service.clock.now()}
    call.service.saved.save()
    return Answer.of(rings[name])


async def get(call: Call) -> Answer:
    """`keyRings.get`."""
    return Answer.of(find(call, "cloudkms.keyRings.get"))


async def list_rings(call: Call) -> Answer:
    """`keyRings.list`, in one page."""
    parent = location_of(call)
    call.require("cloudkms.keyRings.list", parent)
    rings = call.service.table("rings").items()
    found = [ring for name, ring in sorted(rings) if name.startswith(f"{parent}/keyRings/")]
    return Answer.of({"keyRings": found, "totalSize": len(found)})
