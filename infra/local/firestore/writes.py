"""Commits: what a list of writes makes of the documents, decided before anything is changed."""

from collections.abc import Sequence

from infra.local.firestore import fields, limits, names, transforms
from infra.local.firestore.errors import Code, Refused, invalid
from infra.local.firestore.protos import Document, Write, WriteResult
from infra.local.firestore.store import Store, microseconds, timestamp

MAX_WRITES = 500  # per commit; https://firebase.google.com/docs/firestore/manage-data/transactions

Changes = dict[str, Document | None]


def commit(store: Store, database: str, writes: Sequence[Write], now_us: int) -> list[WriteResult]:
    """Apply all writes or none.

    Args: database: `projects/{p}/databases/{d}`; every document must be in it.
    Raises: Refused: a precondition does not hold, or a limit is passed.
    """
    if len(writes) > MAX_WRITES:
        raise invalid(f"Maximum {MAX_WRITES} writes allowed per request.")
    changes: Changes = {}
    results = [_stage(store, database, write, changes, now_us) for write in writes]
    real = {name: document for name, document in changes.items() if _differs(store, name, document)}
    if real:
        store.apply(real)
    return results


def target(write: Write) -> str:
    """Return the name of the document that a write is about."""
    match write.WhichOneof("operation"):
        case "update":
            return str(write.update.name)
        case "delete":
            return str(write.delete)
        case "transform":
            return str(write.transform.document)
        case other:
            raise invalid(f"A write needs one of update, delete or transform, not {other}.")


def _stage(store: Store, database: str, write: Write, changes: Changes, now_us: int) -> WriteResult:
    name = target(write)
    names.check_document(name, database)
    if name in changes:
        current = changes[name]
    else:
        record = store.get(name)
        current = None if record is None else record.document
    _check_precondition(write, name, current)
    if write.WhichOneof("operation") == "delete":
        changes[name] = None
        return WriteResult()
    document = _updated(write, name, current)
    wanted = write.transform.field_transforms or write.update_transforms
    if len(wanted) > transforms.MAX_TRANSFORMS:
        raise invalid(f"Maximum {transforms.MAX_TRANSFORMS} transforms allowed per document.")
    results = transforms.apply(document, wanted, now_us)
    limits.admit(document)
    unchanged = current is not None and current.fields == document.fields
    document.create_time.CopyFrom(current.create_time if current else timestamp(now_us))
    document.update_time.CopyFrom(
        current.update_time if current and unchanged else timestamp(now_us)
    )
    changes[name] = document
    return WriteResult(update_time=document.update_time, transform_results=results)


def _check_precondition(write: Write, name: str, current: Document | None) -> None:
    condition = write.current_document
    match condition.WhichOneof("condition_type"):
        case "exists" if condition.exists and current is None:
            raise Refused(Code.NOT_FOUND, f"No document to update: {name}")
        case "exists" if not condition.exists and current is not None:
            raise Refused(Code.ALREADY_EXISTS, f"Document already exists: {name}")
        case "update_time" if current is None or (
            microseconds(current.update_time) != microseconds(condition.update_time)
        ):
            raise Refused(
                Code.FAILED_PRECONDITION,
                f"The stored version of {name} does not match the required base version.",
            )


def _updated(write: Write, name: str, current: Document | None) -> Document:
    document = Document(name=name)
    partial = write.HasField("transform") or write.HasField("update_mask")
    if not partial:
        document.MergeFrom(Document(fields=write.update.fields))
        return document
    if current is not None:
        document.CopyFrom(current)
    for path in map(fields.parse, write.update_mask.field_paths):
        value = fields.get(write.update.fields, path)
        if value is None:
            fields.remove(document.fields, path)
        else:
            fields.put(document.fields, path, value)
    return document


def _differs(store: Store, name: str, document: Document | None) -> bool:
    record = store.get(name)
    if document is None or record is None:
        return (document is None) != (record is None)
    return bool(document != record.document)
