"""The IAM policy of one key or secret: reading and replacing it.

Source: https://docs.cloud.google.com/iam/docs/reference/rest/v1/Policy
"""

import base64
import secrets

from infra.local.identity.calls import Call
from infra.local.wire.messages import Json
from infra.local.wire.statuses import Refused


def read(owner: Json) -> Json:
    """The policy that a resource's record holds; an empty one at first."""
    policy: Json = owner.get("policy", {"etag": "ACAB"})
    return policy


def replace(call: Call, owner: Json) -> Json:
    """Put the request's policy in place.

    Raises: Refused: ABORTED, it was read before another change; INVALID_ARGUMENT, unknown role.
    """
    policy = call.request.json.get("policy", {})
    if policy.get("etag") and policy["etag"] != read(owner)["etag"]:
        raise Refused("ABORTED", "There were concurrent policy changes. Please retry.")
    call.service.judge.check_policy(policy)
    fresh = {
        "version": policy.get("version", 1),
        "etag": base64.b64encode(secrets.token_bytes(8)).decode(),
        "bindings": [binding for binding in policy.get("bindings", []) if binding.get("members")],
    }
    owner["policy"] = fresh
    call.service.saved.save()
    return fresh
