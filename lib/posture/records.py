"""Checks of what is kept about a tenant: policy, SDK keys, members, erasures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from lib.erasures.ledgers import Entry
from lib.origins import WILDCARD
from lib.policies import Policy, PolicyMalformed, parse_document
from lib.posture.checks import Check, Reading
from lib.posture.readings import Readings
from lib.receipts import ReceiptInvalid, verify
from lib.sdk_keys import StoredKey
from lib.tokens import PublicKeys

MAX_SDK_KEY_AGE_DAYS = 365
DAY_S = 24 * 3600


def checks(found: Readings, receipt_keys: PublicKeys) -> list[Check]:
    """Return the checks. Args: receipt_keys: those that may have signed the receipts."""
    now = datetime.fromtimestamp(found.at, UTC)
    live = [key for key in found.keys if key.live(now)]
    return [
        _policy(found),
        _sdk_key_age(_look(found, "edge-config sdkKeys"), live, found.at),
        _sdk_key_origins(_look(found, "edge-config sdkKeys"), live),
        _second_factors(found),
        _audit_chain(found),
        _erasures(found, receipt_keys),
    ]


def _look(found: Readings, source: str) -> Reading:
    return Reading(source, round(found.at * 1000))


def _policy(found: Readings) -> Check:
    version = found.tenant.policy_version
    look = _look(found, f"edge-config policies/{found.tenant.id}-{version}")
    policy = _sound(found.policy, version)
    if policy is None:
        says = "The policy's document is missing, or is not the one that was saved."
        todo = "Save the policy again in the settings, and look through the audit log."
        return look.failed("policy", f"version {version}: not sound", says, todo)
    allowed = ", ".join(str(name) for name in policy.document["allow"]) or "nothing"
    read = f"version {version}, SHA-256 {policy.hash[:16]}"
    return look.passed("policy", read, f"Allowed beyond the page's masked outline: {allowed}.")


def _sound(fields: Mapping[str, Any] | None, version: int) -> Policy | None:
    if fields is None or sha256(fields["document"].encode()).hexdigest() != fields["hash"]:
        return None
    try:
        policy = parse_document(fields["document"])
    except PolicyMalformed:
        return None
    return policy if policy.version == version else None


def _sdk_key_age(look: Reading, live: Sequence[StoredKey], now: float) -> Check:
    if not live:
        return look.skipped("sdk_key_age", "no live key", "No SDK key works at the moment.")
    ages = {key.id: int((now - key.created.timestamp()) // DAY_S) for key in live}
    old = [key for key, days in ages.items() if days > MAX_SDK_KEY_AGE_DAYS]
    read = f"{len(live)} live, the oldest {max(ages.values())} days"
    if not old:
        says = f"No live SDK key is older than {MAX_SDK_KEY_AGE_DAYS} days."
        return look.passed("sdk_key_age", read, says)
    says = f"Older than {MAX_SDK_KEY_AGE_DAYS} days: {_keys(old)}."
    todo = "Rotate these keys in the settings; the old ones work on for a day."
    return look.failed("sdk_key_age", read, says, todo, notice=True)


def _sdk_key_origins(look: Reading, live: Sequence[StoredKey]) -> Check:
    if not live:
        return look.skipped("sdk_key_origins", "no live key", "No SDK key works at the moment.")
    origins = sorted({origin for key in live for origin in key.draft.origins})
    read = ", ".join(origins)
    wild = [key.id for key in live if any(WILDCARD in each for each in key.draft.origins)]
    if not wild:
        says = "Every live SDK key names the exact origins where it works."
        return look.passed("sdk_key_origins", read, says)
    says = f"Some SDK keys work on every site below a domain: {_keys(wild)}."
    todo = "Name each origin, unless whoever can make such a site may also record."
    return look.failed("sdk_key_origins", read, says, todo, notice=True)


def _keys(names: Sequence[str]) -> str:
    return ", ".join(f"stk_{name}" for name in names)


def _second_factors(found: Readings) -> Check:
    look = _look(found, f"console tenants/{found.tenant.id}/members")
    says = "This version has no second factor at sign-in yet."
    return look.skipped("second_factors", f"{found.members} members, by password alone", says)


def _audit_chain(found: Readings) -> Check:
    look = _look(found, f"console tenants/{found.tenant.id}/audit")
    says = "Audit entries are numbered, but not chained by hashes yet."
    return look.skipped("audit_chain", "numbered", says)


def _erasures(found: Readings, receipt_keys: PublicKeys) -> Check:
    look = _look(found, f"console tenants/{found.tenant.id}/erasures")
    if not found.erasures:
        return look.skipped("erasures", "none", "No erasure was ordered so far.")
    done = [entry for entry in found.erasures if entry.done_ms is not None]
    bad = [entry.id for entry in done if not _receipt_holds(entry, found, receipt_keys)]
    failures = [entry for entry in found.erasures if _failed(entry, found)]
    failed = [entry.id for entry in failures if not _redone(entry, done)]
    open_ones = len(found.erasures) - len(done) - len(failures)
    read = f"{len(done)} done, {open_ones} under way, {len(failures)} failed"
    if bad or failed:
        says = f"Failed, or with a receipt that does not fit: {', '.join([*failed, *bad])}."
        return look.failed("erasures", read, says, "Order these erasures again.")
    says = "Every erasure that was carried out has a receipt that can be checked."
    return look.passed("erasures", read, says)


def _failed(entry: Entry, found: Readings) -> bool:
    order = found.orders.get(entry.id)
    return order is not None and order.state == "failed"


def _redone(entry: Entry, done: Sequence[Entry]) -> bool:
    """Say whether the same was ordered again, and carried out."""
    wanted = replace(entry.subject, before_ms=0)
    return any(
        replace(each.subject, before_ms=0) == wanted
        and each.subject.before_ms >= entry.subject.before_ms
        for each in done
    )


def _receipt_holds(entry: Entry, found: Readings, keys: PublicKeys) -> bool:
    """Say whether a kept receipt is ours and tells of this erasure; none yet is fine."""
    if entry.receipt is None:
        return True  # it is signed when it is first asked for
    try:
        said = verify(entry.receipt, "erasure", keys)
    except ReceiptInvalid:
        return False
    return said.get("erasure") == entry.id and said.get("tenant") == found.tenant.id
