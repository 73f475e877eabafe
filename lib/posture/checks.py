"""Checks: one promise each, with what was read, from where, when, and what a person should know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

State = Literal["pass", "fail", "not_applicable"]
Standing = Literal["pass", "notice", "fail"]

TITLES: Final = {
    "own_bucket": "A bucket of your own",
    "region": "Stored in your region",
    "uniform_access": "One list of who has access",
    "public_access": "No public access",
    "access": "Who can read",
    "encryption": "Encrypted as you chose",
    "encryption_enforcement": "No other encryption accepted",
    "key_state": "Your key answers",
    "key_age": "Age of your key",
    "deletion": "Deleted means deleted",
    "retention": "Kept no longer than you said",
    "transport": "HTTPS only",
    "policy": "What may be recorded",
    "sdk_key_age": "Age of your SDK keys",
    "sdk_key_origins": "Where your SDK keys work",
    "second_factors": "Members with a second factor",
    "audit_chain": "Audit log that shows tampering",
    "erasures": "Erasures with receipts",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One promise. `notice`: a fail to look at, by which nothing of anybody's is exposed."""

    id: str
    state: State
    read: str  # what was found, as short as it can be told
    source: str  # the resource that was read
    at_ms: int  # when it was read, Unix ms
    says: str  # one sentence for a person
    todo: str | None = None  # what to do; set exactly if the check fails
    notice: bool = False

    def row(self) -> dict[str, Any]:
        """Return the check as the API answers it."""
        return {
            "id": self.id,
            "title": TITLES[self.id],
            "state": self.state,
            "notice": self.notice,
            "read": self.read,
            "source": self.source,
            "at_ms": self.at_ms,
            "says": self.says,
            "todo": self.todo,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one resource, from which checks are made."""

    source: str
    at_ms: int

    def passed(self, name: str, read: str, says: str) -> Check:
        """Return a check whose promise is kept."""
        return Check(name, "pass", read, self.source, self.at_ms, says)

    def failed(self, name: str, read: str, says: str, todo: str, *, notice: bool = False) -> Check:
        """Return a check whose promise is broken, or could not be seen to be kept."""
        return Check(name, "fail", read, self.source, self.at_ms, says, todo, notice)

    def skipped(self, name: str, read: str, says: str) -> Check:
        """Return a check that says nothing about this tenant; `says` tells why."""
        return Check(name, "not_applicable", read, self.source, self.at_ms, says)


def standing(found: Sequence[Check]) -> Standing:
    """Return the worst of the checks: what the dot in the console's rail shows."""
    failed = [check for check in found if check.state == "fail"]
    if any(not check.notice for check in failed):
        return "fail"
    return "notice" if failed else "pass"
