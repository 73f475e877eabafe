"""Where buckets, objects and contents are kept: one SQLite file, or memory.

A statement that returns has been written to the file (write-ahead log, no fsync): it survives
kill -9 of the stand-in, though not a power cut.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from infra.local.wire.messages import Json

_SCHEMA = """
create table if not exists buckets(name text primary key, resource text, policy text) without rowid;
create table if not exists objects(bucket text, name text, generation integer, live integer,
    resource text, primary key(bucket, name, generation)) without rowid;
create unique index if not exists live_names on objects(bucket, name) where live = 1;
create table if not exists contents(generation integer primary key, bytes blob);
"""


class Database:
    """Rows in, rows out; it knows no rules."""

    def __init__(self, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        where = ":memory:" if folder is None else folder / "storage.sqlite"
        self._sql = sqlite3.connect(where, isolation_level=None, cached_statements=64)
        self._sql.execute("pragma journal_mode = wal")
        self._sql.execute("pragma synchronous = off")
        self._sql.executescript(_SCHEMA)
        newest = self._sql.execute("select max(generation) from contents").fetchone()[0]
        self._generation: int = newest or 0

    def next_generation(self) -> int:
        """A number above every earlier one; like Google's, microseconds of Unix time."""
        self._generation = max(time.time_ns() // 1000, self._generation + 1)
        return self._generation

    def bucket(self, name: str) -> Json | None:
        """A bucket's resource."""
        return self._json("select resource from buckets where name = ?", name)

    def policy(self, name: str) -> Json | None:
        """A bucket's IAM policy."""
        return self._json("select policy from buckets where name = ?", name)

    def buckets(self) -> list[Json]:
        """Every bucket's resource, by name."""
        rows = self._sql.execute("select resource from buckets order by name")
        return [json.loads(resource) for (resource,) in rows]

    def add_bucket(self, resource: Json, policy: Json) -> None:
        """Keep a new bucket."""
        values = (resource["name"], json.dumps(resource), json.dumps(policy))
        self._sql.execute("insert into buckets values(?, ?, ?)", values)

    def save_bucket(self, resource: Json) -> None:
        """Replace a bucket's resource."""
        values = (json.dumps(resource), resource["name"])
        self._sql.execute("update buckets set resource = ? where name = ?", values)

    def save_policy(self, name: str, policy: Json) -> None:
        """Replace a bucket's IAM policy."""
        self._sql.execute(
            "update buckets set policy = ? where name = ?", (json.dumps(policy), name)
        )

    def drop_bucket(self, name: str) -> None:
        """Forget a bucket and whatever soft-deleted objects it still holds."""
        self._sql.execute(
            "delete from contents where generation in "
            "(select generation from objects where bucket = ?)",
            (name,),
        )
        self._sql.execute("delete from objects where bucket = ?", (name,))
        self._sql.execute("delete from buckets where name = ?", (name,))

    def live(self, bucket: str, name: str) -> Json | None:
        """The live object of that name."""
        return self._json(
            "select resource from objects where bucket = ? and name = ? and live = 1", bucket, name
        )

    def version(self, bucket: str, name: str, generation: int, *, live: bool) -> Json | None:
        """One generation, either live or soft-deleted."""
        return self._json(
            "select resource from objects where bucket = ? and name = ? and generation = ? "
            "and live = ?",
            bucket,
            name,
            generation,
            int(live),
        )

    def objects(self, bucket: str, start: str, *, live: bool) -> Iterator[Json]:
        """Objects whose names are at or after `start`, in the order of their names' UTF-8 bytes."""
        rows = self._sql.execute(
            "select resource from objects where bucket = ? and live = ? and name >= ? "
            "order by name, generation",
            (bucket, int(live), start),
        )
        return (json.loads(resource) for (resource,) in rows)

    def any_live(self, bucket: str) -> bool:
        """Whether the bucket holds a live object."""
        found = self._sql.execute(
            "select 1 from objects where bucket = ? and live = 1 limit 1", (bucket,)
        )
        return found.fetchone() is not None

    def put(self, resource: Json, content: bytes, replaced: Json | None, *, keep: bool) -> None:
        """Make `resource` the live object of its name, in one transaction.

        Args: replaced: the object that was live, if any. keep: whether it becomes soft-deleted.
        """
        generation = int(resource["generation"])
        key = (resource["bucket"], resource["name"], generation, 1, json.dumps(resource))
        self._sql.execute("begin")
        if replaced is not None:
            self._retire(replaced, keep=keep)
        self._sql.execute("insert into contents values(?, ?)", (generation, content))
        self._sql.execute("insert into objects values(?, ?, ?, ?, ?)", key)
        self._sql.execute("commit")

    def remove(self, resource: Json, *, keep: bool) -> None:
        """Take an object away, or keep it as soft-deleted."""
        self._sql.execute("begin")
        self._retire(resource, keep=keep)
        self._sql.execute("commit")

    def save_object(self, resource: Json) -> None:
        """Replace an object's metadata."""
        self._sql.execute(
            "update objects set resource = ? where bucket = ? and name = ? and generation = ?",
            (json.dumps(resource), *_key(resource)),
        )

    def content(self, generation: int, start: int, length: int) -> bytes:
        """`length` bytes of an object's content from `start`."""
        if length == 0:
            return b""
        with self._sql.blobopen("contents", "bytes", generation, readonly=True) as blob:
            blob.seek(start)
            return blob.read(length)

    def _retire(self, resource: Json, *, keep: bool) -> None:
        if keep:
            self._sql.execute(
                "update objects set live = 0, resource = ? "
                "where bucket = ? and name = ? and generation = ?",
                (json.dumps(resource), *_key(resource)),
            )
            return
        self._sql.execute(
            "delete from objects where bucket = ? and name = ? and generation = ?", _key(resource)
        )
        self._sql.execute(
            "delete from contents where generation = ?", (int(resource["generation"]),)
        )

    def _json(self, statement: str, *values: object) -> Json | None:
        row = self._sql.execute(statement, values).fetchone()
        loaded: Json | None = json.loads(row[0]) if row else None
        return loaded


def _key(resource: Json) -> tuple[str, str, int]:
    return resource["bucket"], resource["name"], int(resource["generation"])
