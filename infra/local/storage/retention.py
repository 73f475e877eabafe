"""What may not be deleted yet, and what is kept after deletion."""

from infra.local.storage.errors import Problem
from infra.local.wire.clocks import Clock, rfc3339, unix_ms
from infra.local.wire.messages import Json

# A bucket that says nothing keeps deleted and overwritten objects for 7 days, seconds.
# Source: https://docs.cloud.google.com/storage/docs/soft-delete
SOFT_DELETE_DEFAULT_S = 7 * 24 * 3600


def expiration(bucket: Json, created: str) -> str | None:
    """Until when the bucket's retention policy protects an object; None without a policy."""
    policy = bucket.get("retentionPolicy")
    if not policy:
        return None
    return rfc3339(unix_ms(created) + int(policy["retentionPeriod"]) * 1000)


def require_deletable(bucket: Json, resource: Json, clock: Clock) -> None:
    """Refuse to delete or overwrite an object under retention. Raises: Problem: 403."""
    until = expiration(bucket, resource["timeCreated"])
    if until is not None and unix_ms(until) > clock.now_ms():
        raise Problem(
            403,
            "retentionPolicyNotMet",
            f"Object '{resource['bucket']}/{resource['name']}' is subject to bucket's retention "
            f"policy or object retention and cannot be deleted or overwritten until {until}",
        )


def soft_delete(bucket: Json, resource: Json, clock: Clock) -> bool:
    """Mark `resource` as soft-deleted if the bucket keeps such objects; returns whether it does."""
    kept_s = int(bucket["softDeletePolicy"]["retentionDurationSeconds"])
    if kept_s == 0:
        return False
    resource["softDeleteTime"] = clock.now()
    resource["hardDeleteTime"] = rfc3339(clock.now_ms() + kept_s * 1000)
    return True
