"""Checks of the bucket itself: whose it is, where, who may open it, and what it keeps."""

from collections.abc import Callable, Sequence
from typing import Any

from google.cloud.storage import Bucket

from lib.posture.checks import Check, Reading
from lib.posture.readings import Readings
from lib.vault.buckets import TENANT_LABEL, BucketSpec

ASK = "Ask your operator to run the bucket's configuration again."
BUCKET_CHECKS = ("own_bucket", "region", "uniform_access", "public_access", "deletion", "retention")

Judge = Callable[[Reading, Bucket, Readings, BucketSpec], Check]


def checks(found: Readings, spec: BucketSpec, project_number: int) -> list[Check]:
    """Return the checks that need the bucket's settings.

    Args: spec: what the bucket must be. project_number: the only project that may own it.
    """
    look = Reading(f"Cloud Storage bucket {spec.name}", round(found.at * 1000))
    bucket = found.bucket
    if bucket is None:
        return [unseen(look, name) for name in BUCKET_CHECKS]
    judges: Sequence[Judge] = (_region, _uniform_access, _public_access, _deletion, _retention)
    return [
        _own_bucket(look, bucket, found, project_number),
        *(judge(look, bucket, found, spec) for judge in judges),
    ]


def unseen(look: Reading, name: str) -> Check:
    """Return a check that fails because its resource does not show itself to us."""
    return look.failed(
        name,
        "nothing: access denied, or no such bucket",
        "We could not look, so we cannot say that this holds.",
        "Ask your operator whether the bucket exists and the console may read its settings.",
    )


def _own_bucket(look: Reading, bucket: Bucket, found: Readings, project_number: int) -> Check:
    label = (bucket.labels or {}).get(TENANT_LABEL)
    read = f"project {bucket.project_number}, label {label}, other tenants with it: {found.sharers}"
    ours = int(bucket.project_number or 0) == project_number
    if ours and label == found.tenant.id and found.sharers == 0:
        says = "Your recordings are in a bucket of their own: ours, labelled yours, and no other "
        return look.passed("own_bucket", read, says + "tenant's record names it.")
    return look.failed(
        "own_bucket",
        read,
        "The bucket is not provably yours alone: its project, its label or another tenant's "
        "record says otherwise.",
        "Suspend recording and tell your operator at once.",
    )


def _region(look: Reading, bucket: Bucket, found: Readings, _spec: BucketSpec) -> Check:
    where, wanted = str(bucket.location or "").lower(), found.tenant.location
    if where == wanted:
        return look.passed("region", where, f"The bucket is in {where}, as agreed.")
    return look.failed(
        "region",
        where,
        f"The bucket is in {where}; agreed is {wanted}.",
        "Suspend recording and tell your operator: a bucket cannot be moved.",
    )


def _uniform_access(look: Reading, bucket: Bucket, _found: Readings, _spec: BucketSpec) -> Check:
    on = bool(bucket.iam_configuration.uniform_bucket_level_access_enabled)
    if on:
        says = "One list says who has access; no recording can have a list of its own."
        return look.passed("uniform_access", "on", says)
    says = "Single recordings may carry access lists of their own, which nobody reviews."
    return look.failed("uniform_access", "off", says, ASK)


def _public_access(look: Reading, bucket: Bucket, _found: Readings, _spec: BucketSpec) -> Check:
    read = str(bucket.iam_configuration.public_access_prevention)
    if read == "enforced":
        says = "The bucket cannot be opened to the public, not even by mistake."
        return look.passed("public_access", read, says)
    says = "Nothing on the bucket itself stops somebody from opening it to the public."
    return look.failed("public_access", read, says, ASK)


def _deletion(look: Reading, bucket: Bucket, _found: Readings, _spec: BucketSpec) -> Check:
    soft_s = int(bucket.soft_delete_policy.retention_duration_seconds or 0)
    versions = "on" if bucket.versioning_enabled else "off"
    read = f"soft delete {soft_s} s, versions {versions}"
    if soft_s == 0 and not bucket.versioning_enabled:
        return look.passed("deletion", read, "What is deleted leaves no copy behind.")
    says = "The bucket keeps copies of what is deleted from it."
    return look.failed("deletion", read, says, ASK + " Then order pending erasures again.")


def _retention(look: Reading, bucket: Bucket, found: Readings, spec: BucketSpec) -> Check:
    rules, days = [dict(rule) for rule in bucket.lifecycle_rules], found.tenant.retention_days
    read = "; ".join(_rule(rule) for rule in rules) or "no rule"
    wanted = spec.lifecycle()
    if len(rules) == len(wanted) and all(rule in rules for rule in wanted):
        says = f"Recordings are deleted {days} days after they began, with a backstop by age."
        return look.passed("retention", read, says)
    says = f"The bucket's rules are not those of {days} days and their backstops."
    return look.failed("retention", read, says, ASK)


def _rule(rule: dict[str, Any]) -> str:
    told = ", ".join(f"{name} {value}" for name, value in sorted(rule["condition"].items()))
    return f"{rule['action']['type'].lower()} at {told}"
