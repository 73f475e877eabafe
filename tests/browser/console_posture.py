"""The posture's part of the small console backend: checks that tests break one by one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

BUCKET = "st-ahgk3m5qz7w2xj4t6vbnacrbde"
AT = f"Cloud Storage bucket {BUCKET}"
INGEST = "roles/storage.objectCreator: serviceAccount:ingest@acme-replay.iam.gserviceaccount.com"
READS = "roles/storage.objectViewer: serviceAccount:console-api@acme-replay.iam.gserviceaccount.com"

# id, title, what was read, from where, what it means
ROWS = [
    (
        "own_bucket",
        "A bucket of your own",
        "project 415104041262, label tn_aaaaaaaaaaaaaaaa, other tenants with it: 0",
        AT,
        "Your recordings are in a bucket of their own: ours, labelled yours, and no other "
        "tenant's record names it.",
    ),
    ("region", "Stored in your region", "europe-west1", AT, "The bucket is in europe-west1."),
    (
        "uniform_access",
        "One list of who has access",
        "on",
        AT,
        "One list says who has access; no recording can have a list of its own.",
    ),
    (
        "public_access",
        "No public access",
        "enforced",
        AT,
        "The bucket cannot be opened to the public, not even by mistake.",
    ),
    (
        "access",
        "Who can read",
        f"{INGEST}; {READS}",
        f"IAM policy of {AT}",
        "One account may only add recordings, and one, for this console, only read them.",
    ),
    (
        "encryption",
        "Encrypted as you chose",
        "default key of Google",
        AT,
        "New recordings are encrypted by keys that Google manages.",
    ),
    (
        "encryption_enforcement",
        "No other encryption accepted",
        "keys of callers: FullyRestricted, keys of Google: NotRestricted",
        AT,
        "The bucket refuses recordings under a caller's key.",
    ),
    (
        "deletion",
        "Deleted means deleted",
        "soft delete 0 s, versions off",
        AT,
        "What is deleted leaves no copy behind.",
    ),
    (
        "retention",
        "Kept no longer than you said",
        "delete at daysSinceCustomTime 30; delete at age 31; delete at age 1, matchesPrefix ['x/']",
        AT,
        "Recordings are deleted 30 days after they began, with a backstop by age.",
    ),
    (
        "transport",
        "HTTPS only",
        "https://replay.acme.example",
        "this console's own address",
        "The console answers over HTTPS only, and so do its cookies.",
    ),
    (
        "policy",
        "What may be recorded",
        "version 3, SHA-256 41f0a9b2c77d5e10",
        "edge-config policies/tn_aaaaaaaaaaaaaaaa-3",
        "Allowed beyond the page's masked outline: text, errors.",
    ),
    (
        "sdk_key_age",
        "Age of your SDK keys",
        "3 live, the oldest 40 days",
        "edge-config sdkKeys",
        "No live SDK key is older than 365 days.",
    ),
    (
        "sdk_key_origins",
        "Where your SDK keys work",
        "https://shop.example, https://staging.shop.example:8443",
        "edge-config sdkKeys",
        "Every live SDK key names the exact origins where it works.",
    ),
]
SKIPPED = [
    ("key_state", "Your key answers", "no key of yours", "Your seal uses Google's own keys."),
    ("key_age", "Age of your key", "no key of yours", "Your seal uses Google's own keys."),
    (
        "second_factors",
        "Members with a second factor",
        "4 members, by password alone",
        "This version has no second factor at sign-in yet.",
    ),
    (
        "audit_chain",
        "Audit log that shows tampering",
        "numbered",
        "Audit entries are numbered, but not chained by hashes yet.",
    ),
    ("erasures", "Erasures with receipts", "none", "No erasure was ordered so far."),
]


@dataclass
class Posture:
    """What the checks find. Tests break promises between requests."""

    broken: set[str] = field(default_factory=set)
    noticed: set[str] = field(default_factory=set)

    def break_one(self, *names: str) -> None:
        """Break promises."""
        self.broken |= set(names)

    def notice(self, *names: str) -> None:
        """Find something to look at."""
        self.noticed |= set(names)

    def shown(self, tenant: dict[str, str]) -> dict[str, Any]:
        """Answer GET /v1/posture."""
        at = int(time.time() * 1000)
        rows = [self._row(*row, at) for row in ROWS]
        for name, title, read, says in SKIPPED:
            made = self._row(name, title, read, "console tenants/" + tenant["id"], says, at)
            rows.append({**made, "state": "not_applicable"})
        states = [row["state"] for row in rows]
        standing = "fail" if self.broken else "notice" if self.noticed else "pass"
        counts = {state: states.count(state) for state in ("pass", "fail", "not_applicable")}
        return {
            "tenant": tenant["id"],
            "name": tenant["name"],
            "standing": standing,
            "checked_ms": at,
            "counts": counts,
            "checks": rows,
        }

    def _row(
        self, name: str, title: str, read: str, source: str, says: str, at: int
    ) -> dict[str, Any]:
        failed = name in self.broken | self.noticed
        return {
            "id": name,
            "title": title,
            "state": "fail" if failed else "pass",
            "notice": name in self.noticed,
            "read": read,
            "source": source,
            "at_ms": at,
            "says": "This is not what we set." if failed else says,
            "todo": "Ask your operator to run the bucket's configuration again."
            if failed
            else None,
        }
