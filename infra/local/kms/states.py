"""What becomes of a key's versions with time.

Source: https://docs.cloud.google.com/kms/docs/key-states
"""

from infra.local.identity.calls import Service
from infra.local.wire.clocks import unix_ms
from infra.local.wire.messages import Json


def add(service: Service, key: Json) -> Json:
    """A new enabled version of `key`."""
    number = str(len(key["versions"]) + 1)
    now = service.clock.now()
    key["versions"][number] = {
        "name": f"{key['resource']['name']}/cryptoKeyVersions/{number}",
        "state": "ENABLED",
        "protectionLevel": "SOFTWARE",
        "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION",
        "createTime": now,
        "generateTime": now,
    }
    added: Json = key["versions"][number]
    return added


def destroy_due(service: Service) -> None:
    """Destroy the versions whose scheduled time has come."""
    now = service.clock.now_ms()
    for key in service.table("keys").values():
        for version in key["versions"].values():
            if version["state"] == "DESTROY_SCHEDULED" and unix_ms(version["destroyTime"]) <= now:
                version["state"] = "DESTROYED"
                version["destroyEventTime"] = version.pop("destroyTime")
                service.saved.save()
