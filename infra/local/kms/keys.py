"""Keys: creating, reading, listing, labels, the primary version, policies.

Source: https://docs.cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys
"""

from infra.local.identity import policies
from infra.local.identity.calls import Call
from infra.local.kms import rings, states
from infra.local.wire.messages import Answer, Json
from infra.local.wire.statuses import Refused

_DEFAULT_DESTROY_S = 30 * 24 * 3600
_CHANGEABLE = ("labels", "rotationPeriod", "nextRotationTime")


def find(call: Call, permission: str) -> Json:
    """The record of the key that the path names, if the caller may do this. Raises: Refused."""
    name = f"{rings.name_of(call)}/cryptoKeys/{call.fields['key']}"
    key = call.service.table("keys").get(name)
    call.require(permission, name, key and policies.read(key))
    if key is None:
        raise Refused("NOT_FOUND", f"CryptoKey {name} not found.")
    states.destroy_due(call.service)
    return key


def show(key: Json) -> Json:
    """A key's record as the API shows it."""
    shown = dict(key["resource"])
    if primary := key["versions"].get(key["primary"]):
        shown["primary"] = primary
    return shown


async def create(call: Call) -> Answer:
    """`cryptoKeys.create`: for symmetric encryption, with a first version unless told otherwise."""
    ring = rings.find(call, "cloudkms.cryptoKeys.create")
    key_id, body = call.request.query.get("cryptoKeyId", ""), call.request.json
    if not rings.ID.fullmatch(key_id) or body.get("purpose") not in (1, "ENCRYPT_DECRYPT"):
        raise Refused("INVALID_ARGUMENT", "A key has an id and the purpose ENCRYPT_DECRYPT here.")
    name = f"{ring['name']}/cryptoKeys/{key_id}"
    keys = call.service.table("keys")
    if name in keys:
        raise Refused("ALREADY_EXISTS", f"CryptoKey {name} already exists.")
    keys[name] = {
        "resource": {
            "name": name,
            "purpose": "ENCRYPT_DECRYPT",
            "createTime": call.service.clock.now(),
            "destroyScheduledDuration": body.get(
                "destroyScheduledDuration", f"{_DEFAULT_DESTROY_S}s"
            ),
            "versionTemplate": {
                "protectionLevel": "SOFTWARE",
                "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION",
            },
            **{field: body[field] for field in _CHANGEABLE if field in body},
        },
        "primary": "1",
        "versions": {},
    }
    if call.request.query.get("skipInitialVersionCreation", "").lower() != "true":
        states.add(call.service, keys[name])
    call.service.saved.save()
    return Answer.of(show(keys[name]))


async def get(call: Call) -> Answer:
    """`cryptoKeys.get`."""
    return Answer.of(show(find(call, "cloudkms.cryptoKeys.get")))


async def list_keys(call: Call) -> Answer:
    """`cryptoKeys.list`, in one page."""
    ring = rings.find(call, "cloudkms.cryptoKeys.list")
    states.destroy_due(call.service)
    keys = call.service.table("keys").items()
    found = [show(key) for name, key in sorted(keys) if name.startswith(f"{ring['name']}/")]
    return Answer.of({"cryptoKeys": found, "totalSize": len(found)})


async def patch(call: Call) -> Answer:
    """`cryptoKeys.patch`: labels and rotation, by update mask."""
    key = find(call, "cloudkms.cryptoKeys.update")
    for field in call.update_mask():
        if field not in _CHANGEABLE:
            raise Refused("INVALID_ARGUMENT", f"{field} cannot be changed here.")
        key["resource"].pop(field, None)
        if value := call.request.json.get(field):
            key["resource"][field] = value
    call.service.saved.save()
    return Answer.of(show(key))


async def update_primary(call: Call) -> Answer:
    """`cryptoKeys.updatePrimaryVersion`: new objects are sealed by this version from now on."""
    key = find(call, "cloudkms.cryptoKeys.update")
    number = str(call.request.json.get("cryptoKeyVersionId", ""))
    if key["versions"].get(number, {}).get("state") != "ENABLED":
        raise Refused("FAILED_PRECONDITION", "The primary version must be enabled.")
    key["primary"] = number
    call.service.saved.save()
    return Answer.of(show(key))


async def get_policy(call: Call) -> Answer:
    """`cryptoKeys.getIamPolicy`."""
    return Answer.of(policies.read(find(call, "cloudkms.cryptoKeys.getIamPolicy")))


async def set_policy(call: Call) -> Answer:
    """`cryptoKeys.setIamPolicy`."""
    return Answer.of(policies.replace(call, find(call, "cloudkms.cryptoKeys.setIamPolicy")))
