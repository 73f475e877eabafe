"""Sweeps: which groups of objects and entries belong to a subject, counted and deleted.

A group is everything under one prefix: a visit's batches, or an export. What belongs to a subject
is decided from the bucket, which is the truth, and from the index, which may know more of users.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from google.api_core.exceptions import from_http_status
from google.cloud.firestore import Client, FieldFilter, Query
from google.cloud.storage import Blob

from lib.erasures.subjects import Held, Subject
from lib.identifiers import SESSION, SessionId, matches
from lib.tenants import Tenant
from lib.vault.object_walks import PAGE, ObjectWalks, Stored, path_of
from lib.vault.tombstones import LIVE_S

RECORDINGS, EXPORTS = "s/", "x/"
ENTRIES = 100  # of the index per step: a step lists each one's objects twice, within seconds
LISTERS = 8  # listings in flight; Google's client pools 10 connections
FIELDS = "items(name,size,metadata,customTime),nextPageToken"
EPOCH = datetime.fromtimestamp(0, UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """What one step found: groups, those whose visit may go on, and where the next step begins."""

    groups: tuple[str, ...]
    young: tuple[str, ...]
    after: str | None  # None past the end


@dataclass(frozen=True, slots=True)
class Sum:
    """Objects, their bytes, and entries of the index."""

    objects: int = 0
    bytes: int = 0
    entries: int = 0


class Sweep:
    """One subject in one tenant's bucket and index."""

    def __init__(
        self, walks: ObjectWalks, edge_index: Client, tenant: Tenant, subject: Subject
    ) -> None:
        """Keep the resealer's walks and the client of the `edge-index` database."""
        self._walks = walks
        self._db = edge_index
        self._bucket = tenant.bucket
        self._path = f"tenants/{tenant.id}/sessions"
        self._subject = subject

    def in_index(self, after: str, now: float) -> Found:
        """Return groups by the index: some entries after the position `after`."""
        before = _moment(self._subject.before_ms)
        query = self._db.collection(self._path).where(filter=FieldFilter("start", "<", before))
        if self._subject.kind == "user":
            query = query.where(filter=FieldFilter("user", "==", self._subject.user))
        query = query.order_by("start", direction=Query.DESCENDING)
        query = query.order_by("__name__", direction=Query.DESCENDING)
        if after:
            micros, _, name = after.partition(".")
            start = EPOCH + timedelta(microseconds=int(micros))
            query = query.start_after({"start": start, "__name__": self._entry(name)})
        rows = list(query.limit(ENTRIES).stream())
        ours = [row for row in rows if self._subject.covers_entry(row.to_dict() or {})]
        young = [row.id for row in ours if _alive(row.get("start"), now)]
        following = f"{_micros(rows[-1].get('start'))}.{rows[-1].id}" if rows else None
        if rows and self._past_range(rows[-1].get("start")):
            following = None
        return Found(tuple(f"{RECORDINGS}{row.id}/" for row in ours), tuple(young), following)

    def in_bucket(self, after: str, now: float) -> Found:
        """Return groups by the bucket: those of one page of objects from the name `after` on.

        Exports may hold anything, so each of them belongs to every subject.
        """
        page = self._list(start_offset=after or None, max_results=PAGE)
        if not page:
            return Found((), (), None)
        groups = {name: list(rows) for name, rows in groupby(page, attrgetter("group"))}
        last = page[-1].group
        if last.startswith(RECORDINGS) and len(page) == PAGE:
            groups[last] = self._group(last)  # the page may end inside of it
        ours = {name: rows for name, rows in groups.items() if self._takes(name, rows)}
        young = [
            name.split("/")[1]
            for name, rows in ours.items()
            if rows[0].start_ms is not None and _alive(_moment(rows[0].start_ms), now)
        ]
        following = last[:-1] + "0" if last.endswith("/") else last + "\0"  # "0" follows "/"
        return Found(tuple(ours), tuple(young), following if len(page) == PAGE else None)

    def measure(self, groups: Sequence[str]) -> Sum:
        """Return how much there is of these groups."""
        held = [each for rows in self._parallel(self._group, groups) for each in rows]
        documents = self._db.get_all(self._entries(groups), field_paths=[]) if groups else ()
        entries = sum(1 for row in documents if row.exists)
        return Sum(len(held), sum(each.size for each in held), entries)

    def delete(self, groups: Sequence[str]) -> Sum:
        """Delete these groups' objects, then their entries; return what there was of objects."""
        held = [each for rows in self._parallel(self._group, groups) for each in rows]
        self._walks.each([Stored(each.name, 0, None) for each in held], self._delete)
        batch = self._db.batch()
        for document in self._entries(groups):
            batch.delete(document)
        batch.commit()
        return Sum(len(held), sum(each.size for each in held))

    def _takes(self, group: str, rows: list[Held]) -> bool:
        return group.startswith(EXPORTS) or any(self._subject.covers(each) for each in rows)

    def _past_range(self, start: datetime) -> bool:
        from_ms = self._subject.from_ms
        return from_ms is not None and start < _moment(from_ms) - timedelta(seconds=LIVE_S)

    def _group(self, group: str) -> list[Held]:
        return self._list(prefix=group)

    def _list(self, **options: Any) -> list[Held]:
        rows = self._walks.client.list_blobs(self._bucket, fields=FIELDS, **options)
        return [_held(row) for row in rows]

    def _parallel(self, work: Callable[[str], T], groups: Sequence[str]) -> list[T]:
        with ThreadPoolExecutor(LISTERS) as pool:
            return list(pool.map(work, groups))

    def _delete(self, stored: Stored) -> None:
        answer = self._walks.send("DELETE", path_of(self._bucket, stored.name), {})
        if answer.status_code not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND):
            raise from_http_status(answer.status_code, "a deletion was refused")

    def _entries(self, groups: Sequence[str]) -> list[Any]:
        names = [group.split("/")[1] for group in groups if group.startswith(RECORDINGS)]
        return [self._entry(name) for name in names if matches(SESSION, name)]

    def _entry(self, session: str) -> Any:
        return self._db.document(f"{self._path}/{SessionId(session)}")


def _held(blob: Blob) -> Held:
    meta = blob.metadata or {}
    start = blob.custom_time
    received = str(meta.get("received", ""))
    return Held(
        name=blob.name,
        size=int(blob.size),
        start_ms=None if start is None else _micros(start) // 1000,
        received_ms=int(received) if received.isdecimal() else None,
        user=meta.get("user"),
    )


def _alive(start: datetime, now: float) -> bool:
    return start > datetime.fromtimestamp(now - LIVE_S, UTC)


def _moment(unix_ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=unix_ms)


def _micros(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)
