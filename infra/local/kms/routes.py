"""Cloud KMS's operations by method and path."""

from infra.local.identity.calls import Call
from infra.local.kms import keys, rings, uses, versions
from infra.local.wire.routes import Route, route

_RINGS = "/v1/projects/{project}/locations/{location}/keyRings"
_RING = _RINGS + "/{ring}"
_KEYS = _RING + "/cryptoKeys"
_KEY = _KEYS + "/{key}"
_VERSIONS = _KEY + "/cryptoKeyVersions"
_VERSION = _VERSIONS + "/{version}"

# Rows with a verb come before those without, whose last field would swallow it.
ROUTES: list[Route[Call]] = [
    route("POST", _RINGS, "keyRings.create", rings.create),
    route("GET", _RINGS, "keyRings.list", rings.list_rings),
    route("GET", _RING, "keyRings.get", rings.get),
    route("POST", _KEYS, "cryptoKeys.create", keys.create),
    route("GET", _KEYS, "cryptoKeys.list", keys.list_keys),
    route("GET", _KEY + ":getIamPolicy", "cryptoKeys.getIamPolicy", keys.get_policy),
    route("POST", _KEY + ":setIamPolicy", "cryptoKeys.setIamPolicy", keys.set_policy),
    route("POST", _KEY + ":updatePrimaryVersion", "cryptoKeys.primary", keys.update_primary),
    route("GET", _KEY, "cryptoKeys.get", keys.get),
    route("PATCH", _KEY, "cryptoKeys.patch", keys.patch),
    route("POST", _VERSIONS, "cryptoKeyVersions.create", versions.create),
    route("GET", _VERSIONS, "cryptoKeyVersions.list", versions.list_versions),
    route("POST", _VERSION + ":destroy", "cryptoKeyVersions.destroy", versions.destroy),
    route("POST", _VERSION + ":restore", "cryptoKeyVersions.restore", versions.restore),
    route("GET", _VERSION, "cryptoKeyVersions.get", versions.get),
    route("PATCH", _VERSION, "cryptoKeyVersions.patch", versions.patch),
    route("GET", "/_standin/key", "use", uses.judge),
]
