"""Secret Manager's operations by method and path."""

from infra.local.identity.calls import Call
from infra.local.secrets import records, versions
from infra.local.wire.routes import Route, route

_SECRETS = "/v1/projects/{project}/secrets"
_SECRET = _SECRETS + "/{secret}"
_VERSIONS = _SECRET + "/versions"
_VERSION = _VERSIONS + "/{version}"

# Rows with a verb come before those without, whose last field would swallow it.
ROUTES: list[Route[Call]] = [
    route("GET", _VERSION + ":access", "versions.access", versions.access),
    route("POST", _VERSION + ":enable", "versions.enable", versions.enable),
    route("POST", _VERSION + ":disable", "versions.disable", versions.disable),
    route("POST", _VERSION + ":destroy", "versions.destroy", versions.destroy),
    route("GET", _VERSION, "versions.get", versions.get),
    route("GET", _VERSIONS, "versions.list", versions.list_versions),
    route("POST", _SECRET + ":addVersion", "versions.add", versions.add),
    route("GET", _SECRET + ":getIamPolicy", "secrets.getIamPolicy", records.get_policy),
    route("POST", _SECRET + ":setIamPolicy", "secrets.setIamPolicy", records.set_policy),
    route("GET", _SECRET, "secrets.get", records.get),
    route("DELETE", _SECRET, "secrets.delete", records.delete),
    route("POST", _SECRETS, "secrets.create", records.create),
    route("GET", _SECRETS, "secrets.list", records.list_secrets),
]
