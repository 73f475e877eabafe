"""The index of one tenant's sessions: listed from it, and mended whenever a session is opened."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from google.cloud.firestore import Client, FieldFilter, Query, Transaction

from lib import transactions
from lib.errors import Malformed
from lib.identifiers import SESSION, SessionId, matches
from lib.recordings import Page
from lib.tenants import Tenant

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_MISSING = 1_000  # sequence numbers listed per page: a hostile page could claim a million
CURSOR = re.compile(r"([0-9]{1,17})\.(s_[a-z2-7]{26})", re.ASCII)
COUNTS = ("errors", "clicks", "masked")
FACTS = ("browser", "os", "device", "width", "height", "country", "user", "policy", "origin")


class Sessions:
    """One tenant's sessions. It cannot be built without a tenant, so it cannot cross one."""

    def __init__(self, index: Client, tenant: Tenant, *, clock: Callable[[], float]) -> None:
        """Keep the client of the `edge-index` database and the tenant. `clock` gives Unix s."""
        self._db = index
        self._tenant = tenant
        self._clock = clock
        self._path = f"tenants/{tenant.id}/sessions"

    def listed(self, limit: int, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
        """Return rows of sessions, newest first, and the cursor of the next rows, or None.

        Args: limit: 1 to MAX_LIMIT. cursor: untrusted, from an earlier answer, or None.
        Raises: Malformed: the cursor is not one.
        """
        # Firestore's TTL runs up to a day late, so what is past its time is left out here.
        oldest = self._now() - timedelta(days=self._tenant.retention_days)
        query = (
            self._db.collection(self._path)
            .where(filter=FieldFilter("start", ">", oldest))
            .order_by("start", direction=Query.DESCENDING)
            .order_by("__name__", direction=Query.DESCENDING)
            .limit(limit + 1)
        )
        if cursor:
            query = query.start_after(self._position(cursor))
        found = list(query.stream())
        rows = [
            row(SessionId(entry.id), entry.to_dict() or {})
            for entry in found[:limit]
            if matches(SESSION, entry.id) and self._visible(SessionId(entry.id), entry.to_dict())
        ]
        if len(found) <= limit:
            return rows, None
        last = found[limit - 1]
        return rows, f"{_microseconds(last.get('start'))}.{last.id}"

    def mend(self, session: SessionId, pages: Sequence[Page]) -> dict[str, Any]:
        """Bring the entry to what the bucket holds and return its fields.

        Args: pages: what `Recordings.pages` found; there is at least one.
        """
        document = self._db.document(f"{self._path}/{session}")

        def body(transaction: Transaction) -> dict[str, Any]:
            known = document.get(transaction=transaction).to_dict()
            if known is None:
                made = self._new_entry(pages)
                transaction.set(document, made)
                return made
            changes = _changes(known, pages)
            if changes:
                transaction.update(document, changes)
            return _applied(known, changes)

        return transactions.run(self._db, body)

    def _new_entry(self, pages: Sequence[Page]) -> dict[str, Any]:
        first = pages[0].first
        entry: dict[str, Any] = {
            "start": first.start,
            "expire_at": first.start + timedelta(days=self._tenant.retention_days),
            "policy": first.policy,
            "sdk": first.sdk,
            **first.request,
            "pages": {},
        }
        return _applied(entry, _changes(entry, pages))

    def _visible(self, session: SessionId, fields: Mapping[str, Any] | None) -> bool:
        if not fields or session in self._tenant.tombstones:
            return False
        expires = fields.get("expire_at")
        return expires is None or bool(expires > self._now())

    def _position(self, cursor: str) -> dict[str, Any]:
        found = CURSOR.fullmatch(cursor)
        if not found:
            raise Malformed("`cursor` is not one that an answer held")
        start = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(found[1]))
        return {"start": start, "__name__": self._db.document(f"{self._path}/{found[2]}")}

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def row(session: SessionId, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a list shows of one entry (docs/console-api.md)."""
    pages = sorted(fields.get("pages", {}).values(), key=lambda page: page.get("first_ms", 0))
    start_ms = _microseconds(fields["start"]) // 1000
    last_ms = max(fields.get("last_ms", 0), start_ms)
    return {
        "id": session,
        "start_ms": start_ms,
        "last_ms": last_ms,
        "duration_ms": last_ms - start_ms,
        "paths": list(chain.from_iterable(page.get("paths", ()) for page in pages)),
        "page_count": len(pages),
        "bytes": sum(page.get("bytes", 0) for page in pages),
        "dropped": sum(page.get("dropped", 0) for page in pages),
        **{name: fields.get(name, 0) for name in COUNTS},
        **{name: fields.get(name) for name in FACTS},
    }


def detail(session: SessionId, fields: Mapping[str, Any], pages: Sequence[Page]) -> dict[str, Any]:
    """Return what a session's own page shows: its row, its pages, and what is missing."""
    noted = fields.get("pages", {})
    return {
        **row(session, fields),
        "pages": [
            {
                "id": page.id,
                "tab": page.first.tab,
                "first_ms": noted[page.id]["first_ms"],
                "last_ms": noted[page.id]["last_ms"],
                "paths": list(noted[page.id].get("paths", ())),
                "batches": len(page.batches),
                "bytes": sum(batch.size for batch in page.batches),
                "dropped": max(batch.dropped for batch in page.batches),
                "final": page.last.final,
                "missing": page.missing(MAX_MISSING),
            }
            for page in pages
        ],
        "batches": sum(len(page.batches) for page in pages),
        "complete": all(page.complete for page in pages),
    }


def _changes(entry: Mapping[str, Any], pages: Sequence[Page]) -> dict[str, Any]:
    """Return field paths and values that the bucket knows better than the entry."""
    changes: dict[str, Any] = {}
    last_ms = [entry.get("last_ms", 0)]
    for page in pages:
        known = entry.get("pages", {}).get(page.id, {})
        behind = known.get("seq", -1) < page.last.seq or "last_ms" not in known
        wanted = {
            "tab": page.first.tab,
            "first_ms": min(known.get("first_ms", page.first.sent_ms), page.first.sent_ms),
            "seq": page.last.seq,
            "final": page.last.final or known.get("final", False),
            "bytes": sum(batch.size for batch in page.batches),
            "dropped": max(batch.dropped for batch in page.batches),
        }
        if behind:  # else the index knows better: the last event's time, not the last sending's
            wanted["last_ms"] = max(known.get("last_ms", 0), page.last.sent_ms)
            last_ms.append(wanted["last_ms"])
        for name, value in wanted.items():
            if known.get(name) != value:
                changes[f"pages.{page.id}.{name}"] = value
    if max(last_ms) != entry.get("last_ms"):
        changes["last_ms"] = max(last_ms)
    return changes


def _applied(entry: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of `entry` with `changes` (field paths of one or three names) made."""
    made = {**entry, "pages": {name: dict(page) for name, page in entry.get("pages", {}).items()}}
    for path, value in changes.items():
        first, *rest = path.split(".")
        if rest:
            made["pages"].setdefault(rest[0], {})[rest[1]] = value
        else:
            made[first] = value
    return made


def _microseconds(time: datetime) -> int:
    return (time - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
