"""Versions of a key: adding, enabling, disabling, destroying.

Source: https://docs.cloud.google.com/kms/docs/key-states
"""

from typing import Any

from infra.local.identity.calls import Call
from infra.local.kms import keys, states
from infra.local.wire.clocks import rfc3339
from infra.local.wire.messages import Answer, Json
from infra.local.wire.statuses import Refused

# Google's REST clients send enumerations as numbers.
_STATES = {1: "ENABLED", 2: "DISABLED"}


def _find(call: Call, permission: str) -> tuple[Json, Json]:
    key = keys.find(call, permission)
    version = key["versions"].get(call.fields["version"])
    if version is None:
        raise Refused("NOT_FOUND", f"CryptoKeyVersion {call.fields['version']} not found.")
    return key, version


async def create(call: Call) -> Answer:
    """`cryptoKeyVersions.create`; the primary version stays what it was."""
    added = states.add(call.service, keys.find(call, "cloudkms.cryptoKeyVersions.create"))
    call.service.saved.save()
    return Answer.of(added)


async def get(call: Call) -> Answer:
    """`cryptoKeyVersions.get`."""
    return Answer.of(_find(call, "cloudkms.cryptoKeyVersions.get")[1])


async def list_versions(call: Call) -> Answer:
    """`cryptoKeyVersions.list`, in one page."""
    found = list(keys.find(call, "cloudkms.cryptoKeyVersions.list")["versions"].values())
    return Answer.of({"cryptoKeyVersions": found, "totalSize": len(found)})


async def patch(call: Call) -> Answer:
    """`cryptoKeyVersions.patch`: enable or disable."""
    _, version = _find(call, "cloudkms.cryptoKeyVersions.update")
    wanted: Any = call.request.json.get("state")
    state = _STATES.get(wanted, wanted)
    if call.update_mask() != ["state"] or state not in _STATES.values():
        raise Refused("INVALID_ARGUMENT", "Only state can be set, to ENABLED or DISABLED.")
    if version["state"] not in _STATES.values():
        raise Refused("FAILED_PRECONDITION", f"The version is {version['state']}.")
    version["state"] = state
    call.service.saved.save()
    return Answer.of(version)


async def destroy(call: Call) -> Answer:
    """`cryptoKeyVersions.destroy`: schedules it; until then `restore` undoes it."""
    key, version = _find(call, "cloudkms.cryptoKeyVersions.destroy")
    if version["state"] not in _STATES.values():
        raise Refused("FAILED_PRECONDITION", f"The version is {version['state']}.")
    wait_s = int(key["resource"]["destroyScheduledDuration"].removesuffix("s"))
    version["state"] = "DESTROY_SCHEDULED"
    version["destroyTime"] = rfc3339(call.service.clock.now_ms() + wait_s * 1000)
    call.service.saved.save()
    return Answer.of(version)


async def restore(call: Call) -> Answer:
    """`cryptoKeyVersions.restore`: a version that waits for destruction becomes disabled."""
    _, version = _find(call, "cloudkms.cryptoKeyVersions.restore")
    if version["state"] != "DESTROY_SCHEDULED":
        raise Refused("FAILED_PRECONDITION", f"The version is {version['state']}.")
    version["state"] = "DISABLED"
    del version["destroyTime"]
    call.service.saved.save()
    return Answer.of(version)
