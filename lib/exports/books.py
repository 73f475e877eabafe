"""The book of one tenant's exports: what each consists of, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud.firestore import Client, FieldFilter, Query, Transaction

from lib import operations, transactions
from lib.errors import NotFound
from lib.identifiers import OPERATION, OperationId, TenantId, matches
from lib.operations import Operation

VERSION = 1  # of the manifest
MAX_SHOWN = 100  # in one answer; each is removed after a day, so few of them hold anything


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its number from 1, its bytes, their SHA-256 in hex, and how many objects."""

    number: int
    bytes: int
    sha256: str
    objects: int

    def row(self) -> dict[str, Any]:
        """Return the part's line of a manifest."""
        named = {"n": self.number, "bytes": self.bytes}
        return {**named, "sha256": self.sha256, "objects": self.objects}


@dataclass(frozen=True, slots=True)
class Export:
    """One export. `folder` is its random place; `expires_ms` is set once it is complete."""

    id: OperationId
    session: str | None
    folder: str
    by: str
    ordered: datetime
    parts: tuple[Part, ...]
    expires_ms: int | None
    removed: bool

    def part_object(self, number: int) -> str:
        """Return the name of a part's object."""
        return f"x/{self.folder}/{number:05d}.tar"

    def manifest(self) -> dict[str, Any]:
        """Return what an import checks the parts by."""
        return {
            "version": VERSION,
            "export": self.id,
            "session": self.session,
            "parts": [each.row() for each in self.parts],
        }


class ExportBook:
    """One tenant's exports, in the `console` database."""

    def __init__(self, console: Client, tenant: TenantId) -> None:
        """Keep the client of the `console` database and the tenant."""
        self._db = console
        self._path = f"tenants/{tenant}/exports"

    def begin(self, operation: Operation) -> None:
        """Store `operation` and its entry together."""
        given = operation.input
        entry = {
            "session": given["session"],
            "folder": given["folder"],
            "by": given["by"],
            "ordered": operation.created,
            "parts": {},
            "expires_ms": None,
            "removed": False,
        }

        def body(transaction: Transaction) -> None:
            fields = operations.new_fields(operation)
            transaction.create(self._db.document(f"operations/{operation.id}"), fields)
            transaction.create(self._at(operation.id), entry)

        transactions.run(self._db, body)

    def get(self, operation: str) -> Export:
        """Return the export with this id (untrusted).

        Raises: NotFound.
        """
        if not matches(OPERATION, operation):
            raise NotFound("no such export")
        fields = self._at(operation).get().to_dict()
        if fields is None:
            raise NotFound("no such export")
        return _parse(operation, fields)

    def newest(self, limit: int = MAX_SHOWN) -> list[Export]:
        """Return the newest exports."""
        rows = self._db.collection(self._path).order_by("ordered", direction=Query.DESCENDING)
        return [_parse(row.id, row.to_dict() or {}) for row in rows.limit(limit).stream()]

    def add(self, operation: OperationId, part: Part) -> None:
        """Note a part; the same number again replaces it."""
        row = {"bytes": part.bytes, "sha256": part.sha256, "objects": part.objects}
        self._at(operation).set({"parts": {str(part.number): row}}, merge=True)

    def complete(self, operation: OperationId, expires_ms: int) -> None:
        """Say that every part is there, until `expires_ms`."""
        self._at(operation).update({"expires_ms": expires_ms})

    def remove(self, operation: OperationId) -> None:
        """Say that its parts are gone."""
        self._at(operation).update({"removed": True})

    def remove_all(self) -> None:
        """Say that no export may be read any more: something of them is being erased."""
        rows = self._db.collection(self._path).where(filter=FieldFilter("removed", "==", False))
        for row in rows.select([]).stream():
            row.reference.update({"removed": True})

    def _at(self, operation: str) -> Any:
        return self._db.document(f"{self._path}/{operation}")


def _parse(operation: str, fields: Mapping[str, Any]) -> Export:
    parts = [
        Part(int(number), row["bytes"], row["sha256"], row["objects"])
        for number, row in fields["parts"].items()
    ]
    return Export(
        id=OperationId(operation),
        session=fields["session"],
        folder=fields["folder"],
        by=fields["by"],
        ordered=fields["ordered"],
        parts=tuple(sorted(parts, key=lambda part: part.number)),
        expires_ms=fields["expires_ms"],
        removed=fields["removed"],
    )
