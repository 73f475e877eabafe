"""What the Cloud Storage stand-in asks: may this account use this key now?"""

from infra.local.identity import policies
from infra.local.identity.calls import Call
from infra.local.kms import states
from infra.local.wire.messages import Answer

_PERMISSIONS = {
    "encrypt": "cloudkms.cryptoKeyVersions.useToEncrypt",
    "decrypt": "cloudkms.cryptoKeyVersions.useToDecrypt",
}


async def judge(call: Call) -> Answer:
    """`GET /_standin/key?name=&use=&account=`.

    Answers `permitted` (the key's own policy grants the use, and the key exists), `state` and
    `version`: the full name of the version that `name` says, or of the primary one.
    """
    service, query = call.service, call.request.query
    name, _, number = query["name"].partition("/cryptoKeyVersions/")
    key = service.table("keys").get(name)
    if key is None:
        return Answer.of({"permitted": False, "state": "", "version": ""})
    states.destroy_due(service)
    permission = _PERMISSIONS[query["use"]]
    permitted = service.judge.grants_in(policies.read(key), query["account"], permission)
    version = key["versions"].get(number or key["primary"], {"state": "DESTROYED", "name": name})
    return Answer.of(
        {"permitted": permitted, "state": version["state"], "version": version["name"]}
    )
