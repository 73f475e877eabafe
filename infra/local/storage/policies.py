"""Who may do what in one bucket: its IAM policy.

Source: https://docs.cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy
"""

import secrets

from infra.local.identity.conditions import ConditionUnsupported, check
from infra.local.identity.grants import RoleUnknown
from infra.local.identity.projects import HOME_PROJECT
from infra.local.storage.access import Target
from infra.local.storage.calls import Call
from infra.local.storage.errors import invalid, not_found, unmet
from infra.local.wire.messages import Answer, Json

_PUBLIC = {"allUsers", "allAuthenticatedUsers"}
# A policy with conditions must say so.
_CONDITIONS_VERSION = 3


def initial_policy(bucket: str) -> Json:
    """What a new bucket starts with: the project's owners, editors and viewers by legacy roles."""
    editors = [f"projectEditor:{HOME_PROJECT}", f"projectOwner:{HOME_PROJECT}"]
    viewers = [f"projectViewer:{HOME_PROJECT}"]
    return {
        "kind": "storage#policy",
        "resourceId": f"projects/_/buckets/{bucket}",
        "version": 1,
        "etag": _etag(),
        "bindings": [
            {"role": "roles/storage.legacyBucketOwner", "members": editors},
            {"role": "roles/storage.legacyBucketReader", "members": viewers},
            {"role": "roles/storage.legacyObjectOwner", "members": editors},
            {"role": "roles/storage.legacyObjectReader", "members": viewers},
        ],
    }


async def get(call: Call) -> Answer:
    """`buckets.getIamPolicy`."""
    bucket = call.bucket("storage.buckets.getIamPolicy")
    return Answer.of(call.service.database.policy(bucket["name"]))


async def put(call: Call) -> Answer:
    """`buckets.setIamPolicy`. Raises: Problem: 412 it changed meanwhile or would be public."""
    bucket = call.bucket("storage.buckets.setIamPolicy")
    name = bucket["name"]
    policy = call.request.json
    current = call.service.database.policy(name) or {}
    if policy.get("etag") and policy["etag"] != current["etag"]:
        raise unmet("etag")
    bindings = [_binding(call, policy, binding) for binding in policy.get("bindings", [])]
    prevention = bucket["iamConfiguration"]["publicAccessPrevention"]
    public = any(_PUBLIC.intersection(binding["members"]) for binding in bindings)
    if public and prevention == "enforced":
        raise unmet("publicAccessPrevention is enforced")
    fresh = {
        "kind": "storage#policy",
        "resourceId": f"projects/_/buckets/{name}",
        "version": policy.get("version", 1),
        "etag": _etag(),
        "bindings": [binding for binding in bindings if binding["members"]],
    }
    call.service.database.save_policy(name, fresh)
    return Answer.of(fresh)


def _binding(call: Call, policy: Json, binding: Json) -> Json:
    try:
        call.service.access.grants.role(binding.get("role", ""))
        if "condition" in binding:
            check(binding["condition"].get("expression", ""))
    except (RoleUnknown, ConditionUnsupported) as error:
        raise invalid(str(error)) from error
    if "condition" in binding and policy.get("version", 1) < _CONDITIONS_VERSION:
        raise invalid("A policy with conditions has version 3.")
    return {**binding, "members": list(binding.get("members", []))}


async def test(call: Call) -> Answer:
    """`buckets.testIamPermissions`: which of those asked for the caller holds."""
    name = call.fields["bucket"]
    asked = [value for key, value in call.request.pairs if key == "permissions"]
    database, access = call.service.database, call.service.access
    resource, policy = database.bucket(name), database.policy(name)
    if resource is None:
        raise not_found("The specified bucket does not exist.")
    held = [
        permission
        for permission in asked
        if access.allows(call.caller, permission, Target(name), policy, resource["projectNumber"])
    ]
    return Answer.of({"kind": "storage#testIamPermissionsResponse", "permissions": held})


def _etag() -> str:
    return secrets.token_urlsafe(9)
