"""Checks of the seal: mode, enforcement, and the state and age of the tenant's own key."""

from datetime import datetime
from typing import Any

from google.cloud.storage import Bucket

from lib.posture.checks import Check, Reading
from lib.posture.places import ASK, unseen
from lib.posture.readings import Readings
from lib.seal.bucket_seals import ALLOWED, FORBIDDEN

# provision_bucket looks every five minutes; after an hour it has stopped looking.
MAX_LOOK_AGE_S = 3600.0
MAX_KEY_AGE_DAYS = 365  # a yearly rotation, as most reviewers ask for
DAY_S = 24 * 3600


def checks(found: Readings) -> list[Check]:
    """Return the checks."""
    look = Reading(f"Cloud Storage bucket {found.tenant.bucket}", round(found.at * 1000))
    bucket = found.bucket
    if bucket is None:
        at_bucket = [unseen(look, name) for name in ("encryption", "encryption_enforcement")]
    else:
        at_bucket = [_mode(look, bucket, found), _enforcement(look, bucket, found)]
    return [*at_bucket, _key_state(found), _key_age(found)]


def _mode(look: Reading, bucket: Bucket, found: Readings) -> Check:
    key, wanted = bucket.default_kms_key_name, found.tenant.seal.key
    read = f"default key {key or 'of Google'}"
    if key == wanted:
        whose = "your key in Cloud KMS" if key else "keys that Google manages"
        return look.passed("encryption", read, f"New recordings are encrypted by {whose}.")
    says = f"The bucket's default key is not the one of your seal, {wanted or 'Google'}."
    return look.failed("encryption", read, says, ASK)


def _enforcement(look: Reading, bucket: Bucket, found: Readings) -> Check:
    supplied = _restriction(bucket.encryption.customer_supplied_encryption_enforcement_config)
    googles = _restriction(bucket.encryption.google_managed_encryption_enforcement_config)
    read = f"keys of callers: {supplied}, keys of Google: {googles}"
    own = found.tenant.seal.key is not None
    if supplied == FORBIDDEN and (googles == FORBIDDEN or not own):
        says = "The bucket refuses recordings under a caller's key"
        return look.passed(
            "encryption_enforcement", read, says + (" or one of Google's." if own else ".")
        )
    says = "The bucket would accept recordings under a key that is not the one of your seal."
    return look.failed("encryption_enforcement", read, says, ASK)


def _key_state(found: Readings) -> Check:
    seal, look = found.tenant.seal, _watch(found)
    if seal.key is None:
        return look.skipped("key_state", "no key of yours", "Your seal uses Google's own keys.")
    if found.at * 1000 - look.at_ms > MAX_LOOK_AGE_S * 1000:
        says = "Nobody has looked at the key's state for more than an hour."
        todo = "Ask your operator whether the scheduler still runs."
        return look.failed("key_state", seal.state, says, todo)
    if seal.state == "unknown":
        says = "The key's owner does not let us see its state; it seals all the same."
        return look.skipped("key_state", "not visible to us", says)
    if seal.state == "available":
        says = "The key is enabled and Cloud Storage may use it."
        return look.passed("key_state", "available", says)
    return look.failed(
        "key_state",
        f"{seal.state}: {seal.reason or 'no reason given'}",
        "The key refuses: nothing is recorded or read until it is back.",
        "Enable the key's primary version and let Cloud Storage use it, or choose another seal.",
    )


def _key_age(found: Readings) -> Check:
    seal, look, made = found.tenant.seal, _watch(found), found.seal.get("key_made")
    if seal.key is None:
        return look.skipped("key_age", "no key of yours", "Your seal uses Google's own keys.")
    if not isinstance(made, datetime):
        says = "We have not seen when the key's current version was made."
        return look.skipped("key_age", "not seen", says)
    days = int((found.at - made.timestamp()) // DAY_S)
    read = f"{days} days"
    if days <= MAX_KEY_AGE_DAYS:
        says = "The key's current version is less than about a year old."
        return look.passed("key_age", read, says)
    says = f"The key's current version is {days} days old."
    todo = "Rotate the key in Cloud KMS, then reseal the recordings in the vault."
    return look.failed("key_age", read, says, todo, notice=True)


def _watch(found: Readings) -> Reading:
    """Return when provision_bucket, which alone sees keys, last looked."""
    checked = found.seal.get("checked")
    at = checked.timestamp() if isinstance(checked, datetime) else found.at
    source = found.tenant.seal.key or f"edge-config tenants/{found.tenant.id}"
    return Reading(f"Cloud KMS {source}" if found.tenant.seal.key else source, round(at * 1000))


def _restriction(config: Any) -> str:
    return ALLOWED if config is None else str(config.restriction_mode)
