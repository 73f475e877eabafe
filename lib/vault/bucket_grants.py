"""Grants: the account `resealer` on one bucket, for the time of one operation.

Each operation has a binding of its own, named by its id, so that two of them on one bucket do not
take each other's away.
"""

from datetime import UTC, datetime
from typing import Any

from google.cloud.storage import Client

from lib.identifiers import OperationId

ROLE = "roles/storage.objectUser"  # create, get, list, update and delete objects
# An operation that makes progress ends long before; the grant of one that died ends by itself.
GRANT_S = 7 * 24 * 3600
POLICY_VERSION = 3  # the first that knows conditions


class BucketGrants:
    """Adds and takes away the resealer's access; works by the account of provision_bucket."""

    def __init__(self, storage: Client, resealer: str) -> None:
        """Keep the client. Args: resealer: the address of the service account."""
        self._storage = storage
        self._member = f"serviceAccount:{resealer}"

    def grant(self, bucket: str, operation: OperationId, now: float) -> None:
        """Let the resealer work in `bucket` until GRANT_S from now; a second call prolongs it."""
        ends = datetime.fromtimestamp(now + GRANT_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        binding = {
            "role": ROLE,
            "members": {self._member},
            "condition": {
                "title": operation,
                "expression": f"request.time < timestamp('{ends}')",
            },
        }
        self._replace(bucket, operation, [binding])

    def revoke(self, bucket: str, operation: OperationId) -> None:
        """Take this operation's access away, if it has any."""
        self._replace(bucket, operation, [])

    def _replace(self, name: str, operation: OperationId, wanted: list[dict[str, Any]]) -> None:
        bucket = self._storage.bucket(name)
        policy = bucket.get_iam_policy(requested_policy_version=POLICY_VERSION)
        others = [each for each in policy.bindings if not _belongs(each, operation)]
        if len(others) == len(policy.bindings) and not wanted:
            return
        policy.version = POLICY_VERSION
        policy.bindings = others + wanted
        bucket.set_iam_policy(policy)  # carries the etag that was read


def _belongs(binding: dict[str, Any], operation: OperationId) -> bool:
    return bool(binding.get("condition", {}).get("title") == operation)
