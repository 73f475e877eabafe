"""The documents of every database, in memory, and in a SQLite file if one is named."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from infra.local.firestore import fields, names, order
from infra.local.firestore.protos import Document, Timestamp, serialized

MICROSECONDS_PER_SECOND = 1_000_000


def timestamp(moment_us: int) -> Timestamp:
    """Return Unix microseconds as a message."""
    seconds, rest = divmod(moment_us, MICROSECONDS_PER_SECOND)
    return Timestamp(seconds=seconds, nanos=rest * 1000)


def microseconds(stamp: Timestamp) -> int:
    """Return a message's time as Unix microseconds."""
    return int(stamp.seconds) * MICROSECONDS_PER_SECOND + int(stamp.nanos) // 1000


class Record:
    """One version of a document, with the order keys that queries asked for. Never changed."""

    __slots__ = ("_keys", "document", "version")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.version = microseconds(document.update_time)
        self._keys: dict[str, order.Key | None] = {fields.NAME: order.name_key(document.name)}

    def key(self, path: str) -> order.Key | None:
        """Return the order key of the field at the path, or None if there is no such field."""
        if path not in self._keys:
            value = fields.get(self.document.fields, fields.parse(path))
            self._keys[path] = None if value is None else order.key(value)
        return self._keys[path]


class Store:
    """Every document by its full name. Nothing here waits, so one event loop makes it serial."""

    def __init__(
        self, file: Path | None = None, clock_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self._clock_ns = clock_ns
        self._last_us = 0
        self._records: dict[str, Record] = {}
        self._collections: dict[str, dict[str, Record]] = {}
        self._journal = None if file is None else _open_journal(file)
        if self._journal is not None:
            for (body,) in self._journal.execute("SELECT body FROM documents"):
                self._keep(Record(Document.FromString(body)))

    def tick(self) -> int:
        """Return now in Unix microseconds, later than any moment returned before."""
        self._last_us = max(self._clock_ns() // 1000, self._last_us + 1)
        return self._last_us

    def get(self, name: str) -> Record | None:
        """Return the current version of a document."""
        return self._records.get(name)

    def records(self) -> Iterator[Record]:
        """Yield every document of every database."""
        yield from list(self._records.values())

    def collection(self, name: str) -> Mapping[str, Record]:
        """Return a collection's documents by their names."""
        return self._collections.get(name, {})

    def collections_under(self, parent: str) -> Iterator[str]:
        """Yield the names of all collections below the parent, at any depth, that are not empty."""
        prefix = parent + "/"
        for name, members in list(self._collections.items()):
            if members and name.startswith(prefix):
                yield name

    def apply(self, changes: Mapping[str, Document | None]) -> None:
        """Write all changes or none, to the file first.

        Args: changes: document by name; None deletes.
        """
        if self._journal is not None:
            with self._journal:
                self._journal.execute("BEGIN")
                for name, document in changes.items():
                    _note(self._journal, name, document)
        for name, document in changes.items():
            if document is None:
                self._forget(name)
            else:
                self._keep(Record(document))

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._journal is not None:
            self._journal.close()

    def _keep(self, record: Record) -> None:
        name = record.document.name
        self._last_us = max(self._last_us, record.version)
        self._records[name] = record
        self._collections.setdefault(names.collection_of(name), {})[name] = record

    def _forget(self, name: str) -> None:
        if self._records.pop(name, None) is not None:
            del self._collections[names.collection_of(name)][name]


def _open_journal(file: Path) -> sqlite3.Connection:
    journal = sqlite3.connect(file, isolation_level=None)
    journal.execute("PRAGMA journal_mode=WAL")
    # The operating system keeps what a killed process wrote: only a power cut could lose a commit.
    journal.execute("PRAGMA synchronous=NORMAL")
    journal.execute(
        "CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, body BLOB NOT NULL)"
        " WITHOUT ROWID"
    )
    return journal


def _note(journal: sqlite3.Connection, name: str, document: Document | None) -> None:
    if document is None:
        journal.execute("DELETE FROM documents WHERE name = ?", (name,))
    else:
        body = serialized(document)
        journal.execute("INSERT OR REPLACE INTO documents VALUES (?, ?)", (name, body))
