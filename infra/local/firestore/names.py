"""Resource names: projects/{project}/databases/{database}/documents/{collection}/{document}/..."""

import re
from functools import lru_cache

from infra.local.firestore.errors import invalid

# Source: https://cloud.google.com/firestore/quotas#collections_documents_and_fields
MAX_ID_BYTES = 1500
MAX_NAME_BYTES = 6 * 1024
MAX_DEPTH = 100  # subcollections below one another

_DATABASE = re.compile(r"projects/[^/]+/databases/([^/]+)")
_RESERVED = re.compile(r"__.*__", re.DOTALL)


@lru_cache(maxsize=1024)
def database_id(database: str) -> str:
    """Return the id in `projects/{project}/databases/{id}`.

    Raises: Refused: INVALID_ARGUMENT if it is no such name.
    """
    found = _DATABASE.fullmatch(database)
    if found is None:
        raise invalid(f'Database name "{database}" is not of projects/{{p}}/databases/{{d}}.')
    return found[1]


def database_of(resource: str) -> str:
    """Return the database's name at the head of a document's or a parent's name."""
    return resource.split("/documents", 1)[0]


def collection_of(document: str) -> str:
    """Return the name of the collection that holds the document."""
    return document.rpartition("/")[0]


@lru_cache(maxsize=8192)
def segments(resource: str) -> tuple[str, ...]:
    """Return the ids below `documents`, collections and documents by turns; none for the root.

    Raises: Refused: INVALID_ARGUMENT for a malformed name or an id that Firestore keeps to itself.
    """
    database, separator, path = resource.partition("/documents")
    database_id(database)
    if not separator or (path and not path.startswith("/")):
        raise invalid(f'Name "{resource}" does not lead through /documents.')
    ids = tuple(path[1:].split("/")) if path else ()
    for each in ids:
        check_id(each)
    if len(resource.encode()) > MAX_NAME_BYTES or len(ids) > 2 * MAX_DEPTH:
        raise invalid(f'Name "{resource[:80]}..." is longer or deeper than allowed.')
    return ids


def check_id(resource_id: str) -> None:
    """Refuse an id of a collection or document that Firestore does not allow.

    Source: https://cloud.google.com/firestore/docs/best-practices#document_ids
    """
    if not resource_id:
        raise invalid("A resource id must not be empty.")
    if resource_id in (".", "..") or _RESERVED.fullmatch(resource_id):
        raise invalid(f'Resource id "{resource_id}" is invalid because it is reserved.')
    if len(resource_id.encode()) > MAX_ID_BYTES:
        raise invalid(f"Resource id is longer than {MAX_ID_BYTES} bytes.")


def check_document(name: str, database: str) -> None:
    """Refuse a name that is not a document's in this database.

    Args: name: full resource name, untrusted. database: `projects/{p}/databases/{d}`.
    """
    ids = segments(name)
    if not ids or len(ids) % 2:
        raise invalid(f'Document name "{name}" has no even number of segments.')
    if database_of(name) != database:
        raise invalid(f'Document "{name}" is not of the database "{database}".')


def check_parent(name: str) -> None:
    """Refuse a parent that is neither a document nor the root of the database."""
    if len(segments(name)) % 2:
        raise invalid(f'Parent "{name}" is neither a document nor the database root.')
