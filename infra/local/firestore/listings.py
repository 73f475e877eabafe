"""Listing a collection's documents, and the collections below a document, page by page."""

from collections.abc import Iterable
from typing import Any

from infra.local.firestore import fields, names
from infra.local.firestore.errors import not_offered
from infra.local.firestore.protos import Document, message
from infra.local.firestore.store import Store

DEFAULT_PAGE = 300  # entries, where the request names none

_ListDocumentsResponse = message("ListDocumentsResponse")
_ListCollectionIdsResponse = message("ListCollectionIdsResponse")


def list_documents(store: Store, request: Any) -> Any:
    """Return a page of a collection; with `show_missing`, also names that only have children."""
    names.check_parent(request.parent)
    names.check_id(request.collection_id)
    if request.order_by or request.WhichOneof("consistency_selector"):
        raise not_offered("listing in an order or at a time; query instead")
    collection = f"{request.parent}/{request.collection_id}"
    found = {name: each.document for name, each in store.collection(collection).items()}
    if request.show_missing:
        for each in _children(store, collection):
            found.setdefault(each, Document(name=each))
    page, token = _page(found, request)
    masked = request.HasField("mask")
    return _ListDocumentsResponse(
        documents=[
            fields.project(found[name], request.mask.field_paths) if masked else found[name]
            for name in page
        ],
        next_page_token=token,
    )


def list_collection_ids(store: Store, request: Any) -> Any:
    """Return a page of the ids of the collections directly below a document or the root."""
    names.check_parent(request.parent)
    if request.WhichOneof("consistency_selector"):
        raise not_offered("listing at a time")
    ids = {name.rpartition("/")[2] for name in _children(store, request.parent)}
    page, token = _page(ids, request)
    return _ListCollectionIdsResponse(collection_ids=page, next_page_token=token)


def _children(store: Store, parent: str) -> set[str]:
    """Return the names one level below the parent on the way to any stored document."""
    length = len(parent) + 1
    return {
        parent + "/" + name[length:].partition("/")[0] for name in store.collections_under(parent)
    }


def _page(entries: Iterable[str], request: Any) -> tuple[list[str], str]:
    rest = sorted(each for each in entries if each > request.page_token)
    size = request.page_size or DEFAULT_PAGE
    return rest[:size], rest[size - 1] if len(rest) > size else ""
