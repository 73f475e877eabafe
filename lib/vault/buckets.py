"""Tenants' buckets: what one is made of, and the checks that it is really ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from google.api_core.exceptions import BadRequest, Conflict, Forbidden, NotFound
from google.cloud.storage import Bucket, Client
from google.cloud.storage.bucket import EncryptionEnforcementConfig

from lib.errors import Refusal
from lib.identifiers import TenantId

CREATE_EVERY_S = 2.0  # about one create per 2 s: https://docs.cloud.google.com/storage/quotas
BACKSTOP_DAYS = (
    1  # `age` counts from writing, customTime from the session's start, up to 4 h before
)
EXPORT_DAYS = 1  # the backstop of an export's own operation, which removes it after 24 h
TENANT_LABEL = "sealtape-tenant"
CREATOR = "roles/storage.objectCreator"  # storage.objects.create and nothing that reads or deletes
READER = "roles/storage.objectViewer"


class BucketForeign(Refusal):
    """A bucket of this name exists and is not the one that we made for this tenant."""

    status, code = HTTPStatus.CONFLICT, "bucket_foreign"


class BucketRefused(Refusal):
    """Cloud Storage makes no such bucket: most likely it has no region of this name."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "bucket_refused"


@dataclass(frozen=True, slots=True)
class BucketSpec:
    """Everything that a tenant's bucket must be. Accounts are service accounts' addresses."""

    name: str
    tenant: TenantId
    location: str
    retention_days: int
    ingest_account: str
    reader_account: str

    def lifecycle(self) -> list[dict[str, Any]]:
        """Return the deletion rules: by the session's start, and by age as backstops."""
        return [
            _delete({"daysSinceCustomTime": self.retention_days}),
            _delete({"age": self.retention_days + BACKSTOP_DAYS}),
            _delete({"age": EXPORT_DAYS, "matchesPrefix": ["x/"]}),
        ]

    def bindings(self) -> list[dict[str, Any]]:
        """Return the whole IAM policy: who is not here has no access by the bucket."""
        return [
            {"role": CREATOR, "members": {f"serviceAccount:{self.ingest_account}"}},
            {"role": READER, "members": {f"serviceAccount:{self.reader_account}"}},
        ]


class Buckets:
    """Creates and configures buckets in one project."""

    def __init__(self, storage: Client, project_number: int) -> None:
        """Keep the client and the number of the only project whose buckets we accept."""
        self._storage = storage
        self._project_number = project_number

    def create(self, spec: BucketSpec) -> None:
        """Create the bucket with its final settings, or find that it exists; see `verify`.

        Raises: BucketRefused.
        """
        bucket = self._storage.bucket(spec.name)
        _settle(bucket, spec)
        try:
            self._storage.create_bucket(bucket, location=spec.location)
        except BadRequest:
            raise BucketRefused(
                "Cloud Storage refuses this bucket: is there such a region?"
            ) from None
        except Conflict:
            return  # ours from an attempt that was cut off, or another's: `verify` tells

    def verify(self, spec: BucketSpec) -> Bucket:
        """Return the bucket if it is in our project, in the right place, for this tenant.

        Raises: BucketForeign: names are global, so a name alone proves nothing.
        """
        try:
            bucket: Bucket = self._storage.get_bucket(spec.name)
        except (Forbidden, NotFound):
            raise BucketForeign("this bucket's name belongs to somebody else") from None
        if int(bucket.project_number or 0) != self._project_number:
            raise BucketForeign("this bucket's name belongs to another project")
        if (bucket.location or "").lower() != spec.location:
            raise BucketForeign("the bucket is in another location")
        if bucket.labels.get(TENANT_LABEL) != spec.tenant:
            raise BucketForeign("the bucket is another tenant's")
        return bucket

    def owned(self, name: str, tenant: TenantId) -> bool:
        """Say whether this tenant's bucket still exists.

        Raises: BucketForeign: the name was taken by somebody else since it was deleted.
        """
        try:
            bucket: Bucket = self._storage.get_bucket(name)
        except NotFound:
            return False
        if int(bucket.project_number or 0) != self._project_number:
            raise BucketForeign("this bucket's name belongs to another project")
        if bucket.labels.get(TENANT_LABEL) != tenant:
            raise BucketForeign("the bucket is another tenant's")
        return True

    def keeps_deleted(self, name: str) -> bool:
        """Say whether the bucket keeps copies of what is deleted from it."""
        bucket: Bucket = self._storage.get_bucket(name)
        soft_s = int(bucket.soft_delete_policy.retention_duration_seconds or 0)
        return soft_s > 0 or bool(bucket.versioning_enabled)

    def delete(self, name: str) -> None:
        """Delete an empty bucket; one that is gone already is fine."""
        try:
            self._storage.bucket(name).delete()
        except NotFound:
            return

    def bindings(self, name: str) -> list[dict[str, Any]]:
        """Return the bucket's IAM policy."""
        policy = self._storage.bucket(name).get_iam_policy(requested_policy_version=3)
        found: list[dict[str, Any]] = policy.bindings
        return found

    def configure(self, spec: BucketSpec, besides: Sequence[Mapping[str, Any]] = ()) -> None:
        """Bring settings and IAM policy to what `spec` says; changes nothing if they are.

        Args: besides: bindings that may stay, of operations that run.
        Raises: BucketForeign.
        """
        bucket = self.verify(spec)
        wanted = self._storage.bucket(spec.name)
        _settle(wanted, spec)
        if any(_differs(bucket, wanted, name) for name in SETTINGS):
            _settle(bucket, spec)
            bucket.patch(if_metageneration_match=bucket.metageneration)
        policy = bucket.get_iam_policy(requested_policy_version=3)
        bindings = [*spec.bindings(), *(each for each in policy.bindings if each in besides)]
        if _sorted(policy.bindings) != _sorted(bindings):
            policy.version = 3
            policy.bindings = bindings
            bucket.set_iam_policy(policy)  # carries the etag that was read


SETTINGS = (
    "iamConfiguration",
    "lifecycle",
    "softDeletePolicy",
    "encryption",
    "labels",
    "versioning",
)


def _settle(bucket: Bucket, spec: BucketSpec) -> None:
    """Set every property that we care about on the client's object, without a request."""
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.iam_configuration.public_access_prevention = "enforced"
    # Deleted means deleted: the default keeps every deleted object for seven days.
    bucket.soft_delete_policy.retention_duration_seconds = 0
    bucket.lifecycle_rules = spec.lifecycle()
    bucket.labels = {TENANT_LABEL: spec.tenant}
    bucket.versioning_enabled = False
    # A caller must not be able to store bytes under a key that only the caller has. Nothing else
    # of the bucket's encryption is touched: that is its seal (lib/seal).
    callers = EncryptionEnforcementConfig("FullyRestricted")
    bucket.encryption.customer_supplied_encryption_enforcement_config = callers


def _differs(found: Bucket, wanted: Bucket, name: str) -> bool:
    """Say whether `found` lacks anything that `wanted` sets; what the service adds is ignored."""
    return not _contains(found._properties.get(name), wanted._properties[name])


def _contains(found: Any, wanted: Any) -> bool:
    if wanted is None:  # the client's way to leave an output-only field out
        return True
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_contains(found.get(k), wanted[k]) for k in wanted)
    if isinstance(wanted, list):
        return bool(found == wanted)
    return bool(str(found) == str(wanted))  # the API answers int64 as strings


def _sorted(bindings: list[dict[str, Any]]) -> list[tuple[str, list[str], str]]:
    return sorted(
        (
            binding["role"],
            sorted(binding["members"]),
            (binding.get("condition") or {}).get("expression", ""),
        )
        for binding in bindings
    )


def _delete(condition: dict[str, Any]) -> dict[str, Any]:
    return {"action": {"type": "Delete"}, "condition": condition}
