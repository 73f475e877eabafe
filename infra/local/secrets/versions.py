"""Versions of a secret: adding, reading, disabling, destroying.

Source: https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions
"""

import base64
import binascii

import google_crc32c

from infra.local.identity.calls import Call
from infra.local.secrets import records
from infra.local.wire.messages import Answer, Json
from infra.local.wire.statuses import Refused

# Source: https://docs.cloud.google.com/secret-manager/quotas
MAX_PAYLOAD_BYTES = 64 * 1024


def _find(call: Call, permission: str) -> Json:
    """The record of a version; `latest` is the newest, whatever its state."""
    secret = records.find(call, permission)
    number = call.fields["version"]
    if number == "latest":
        number = str(len(secret["versions"]))
    version: Json | None = secret["versions"].get(number)
    if version is None:
        name = f"{secret['resource']['name']}/versions/{number}"
        raise Refused("NOT_FOUND", f"Secret Version [{name}] not found.")
    return version


async def add(call: Call) -> Answer:
    """`secrets.addVersion`. Raises: Refused: INVALID_ARGUMENT, too large or CRC32C differs."""
    secret = records.find(call, "secretmanager.versions.add")
    payload = call.request.json.get("payload", {})
    try:
        data = base64.b64decode(payload.get("data", ""), validate=True)
    except binascii.Error as error:
        raise Refused("INVALID_ARGUMENT", "The payload is not base64.") from error
    if not 1 <= len(data) <= MAX_PAYLOAD_BYTES:
        raise Refused("INVALID_ARGUMENT", f"A payload has 1 to {MAX_PAYLOAD_BYTES} bytes.")
    crc32c = str(google_crc32c.value(data))
    if str(payload.get("dataCrc32c", crc32c)) != crc32c:
        raise Refused("INVALID_ARGUMENT", "The payload's CRC32C differs.")
    number = str(len(secret["versions"]) + 1)
    resource = {
        "name": f"{secret['resource']['name']}/versions/{number}",
        "createTime": call.service.clock.now(),
        "state": "ENABLED",
        "clientSpecifiedPayloadChecksum": "dataCrc32c" in payload,
    }
    secret["versions"][number] = {
        "resource": resource,
        "data": base64.b64encode(data).decode(),
        "crc32c": crc32c,
    }
    call.service.saved.save()
    return Answer.of(resource)


async def access(call: Call) -> Answer:
    """`versions.access`: the payload. Raises: Refused: FAILED_PRECONDITION unless enabled."""
    version = _find(call, "secretmanager.versions.access")
    resource = version["resource"]
    if resource["state"] != "ENABLED":
        message = f"Secret Version [{resource['name']}] is in {resource['state']} state."
        raise Refused("FAILED_PRECONDITION", message)
    payload = {"data": version["data"], "dataCrc32c": version["crc32c"]}
    return Answer.of({"name": resource["name"], "payload": payload})


async def get(call: Call) -> Answer:
    """`versions.get`: the metadata."""
    return Answer.of(_find(call, "secretmanager.versions.get")["resource"])


async def list_versions(call: Call) -> Answer:
    """`versions.list`, the newest first, in one page."""
    secret = records.find(call, "secretmanager.versions.list")
    found = [version["resource"] for version in reversed(secret["versions"].values())]
    return Answer.of({"versions": found, "totalSize": len(found)})


async def enable(call: Call) -> Answer:
    """`versions.enable`."""
    return _move(call, _find(call, "secretmanager.versions.enable"), "ENABLED")


async def disable(call: Call) -> Answer:
    """`versions.disable`."""
    return _move(call, _find(call, "secretmanager.versions.disable"), "DISABLED")


async def destroy(call: Call) -> Answer:
    """`versions.destroy`: the payload is gone for good."""
    version = _find(call, "secretmanager.versions.destroy")
    answer = _move(call, version, "DESTROYED")
    version.pop("data")
    call.service.saved.save()
    return answer


def _move(call: Call, version: Json, state: str) -> Answer:
    resource = version["resource"]
    if resource["state"] == "DESTROYED":
        message = f"Secret Version [{resource['name']}] is in DESTROYED state."
        raise Refused("FAILED_PRECONDITION", message)
    resource["state"] = state
    if state == "DESTROYED":
        resource["destroyTime"] = call.service.clock.now()
    call.service.saved.save()
    return Answer.of(resource)
