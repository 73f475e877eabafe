"""Subjects: what somebody asked to have erased, and which stored objects belong to it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, cast

from lib.errors import Malformed
from lib.identifiers import SESSION, matches
from lib.vault.tombstones import QUIET_S

Kind = Literal["session", "user", "range", "tenant"]
KINDS: tuple[Kind, ...] = ("session", "user", "range", "tenant")
USER_HASH = re.compile(r"[0-9a-f]{16}", re.ASCII)  # as ingest makes it and the console shows it
MEMBERS: Mapping[str, frozenset[str]] = {
    "session": frozenset({"kind", "session"}),
    "user": frozenset({"kind", "user"}),
    "range": frozenset({"kind", "from_ms", "to_ms"}),
    "tenant": frozenset({"kind", "name"}),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One stored object as a listing shows it. Times are Unix ms by the server's clock."""

    name: str
    size: int
    start_ms: int | None  # of its session
    received_ms: int | None
    user: str | None

    @property
    def group(self) -> str:
        """Return the prefix of everything that goes together: a session, or an export."""
        parts = self.name.split("/")
        return "/".join(parts[:2]) + ("/" if len(parts) > 2 else "")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be erased. `before_ms`: only of visits that began before this (Unix ms)."""

    kind: Kind
    before_ms: int
    session: str | None = None
    user: str | None = None
    from_ms: int | None = None

    def fields(self) -> dict[str, Any]:
        """Return what is stored of it."""
        return asdict(self)

    def shown(self) -> dict[str, Any]:
        """Return what orders, receipts and the console say."""
        named = {"session": self.session, "user": self.user, "from_ms": self.from_ms}
        ends = {"to_ms": self.before_ms} if self.kind == "range" else {}
        return {"kind": self.kind, **{k: v for k, v in named.items() if v is not None}, **ends}

    def covers(self, held: Held) -> bool:
        """Say whether this object shows that its whole visit belongs to the subject.

        A visit belongs to a range of time if any moment of it lies in the range.
        """
        if self.kind == "tenant":
            return held.start_ms is None or held.start_ms < self.before_ms
        if held.start_ms is None or held.start_ms >= self.before_ms:
            return False
        if self.kind == "user":
            return held.user == self.user
        return self.kind == "range" and (held.received_ms or 0) >= (self.from_ms or 0)

    def covers_entry(self, entry: Mapping[str, Any]) -> bool:
        """Say the same of an entry of the index that began before `before_ms`."""
        if self.kind == "user":
            return bool(entry.get("user") == self.user)
        if self.kind == "range":
            begun: datetime = entry["start"]
            last = max(entry.get("last_ms", 0), round(begun.timestamp() * 1000))
            return bool(last >= (self.from_ms or 0))
        return self.kind == "tenant"


def of(fields: Mapping[str, Any]) -> Subject:
    """Return the subject in stored fields."""
    return Subject(**{name: fields[name] for name in Subject.__slots__})


def parse_subject(body: Mapping[str, Any], *, now: float, tenant_name: str) -> Subject:
    """Return the subject in a request's body (untrusted).

    Args: now: Unix s. tenant_name: what an order to erase everything has to repeat.
    Raises: Malformed.
    """
    kind = body.get("kind")
    if kind not in KINDS:
        raise Malformed("`kind`: session, user, range or tenant")
    unknown = set(body) - MEMBERS[kind]
    if unknown:
        raise Malformed("unknown members: " + ", ".join(sorted(unknown))[:200])
    now_ms = round(now * 1000)
    if kind == "session":
        if not matches(SESSION, body.get("session")):
            raise Malformed("`session`: the id of a session")
        return Subject("session", now_ms, session=body["session"])
    if kind == "user":
        if not matches(USER_HASH, body.get("user")):
            raise Malformed("`user`: 16 hexadecimal digits, as the list of sessions shows them")
        return Subject("user", now_ms, user=body["user"])
    if kind == "range":
        return _range(body.get("from_ms"), body.get("to_ms"), now_ms)
    if body.get("name") != tenant_name:
        raise Malformed("`name`: the tenant's, to show that all of it is meant")
    # Visits begin until the suspension has reached every cache; those go as well.
    return Subject("tenant", now_ms + round(QUIET_S * 1000))


def _range(from_ms: object, to_ms: object, now_ms: int) -> Subject:
    if type(from_ms) is not int or type(to_ms) is not int or not 0 <= from_ms < to_ms:
        raise Malformed("`from_ms` and `to_ms`: Unix ms, the first before the second")
    if to_ms > now_ms:
        raise Malformed("`to_ms`: what has not been recorded yet cannot be erased")
    return Subject("range", to_ms, from_ms=from_ms)


def wishes(body: Mapping[str, Any]) -> Kind | None:
    """Return the kind that a body asks for, before anything else of it is looked at."""
    return cast(Kind, body["kind"]) if body.get("kind") in KINDS else None
