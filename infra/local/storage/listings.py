"""Listing objects: prefix, delimiter, offsets and pages.

Source: https://docs.cloud.google.com/storage/docs/json_api/v1/objects/list
"""

import base64
from collections.abc import Iterator

from infra.local.storage.calls import Call
from infra.local.storage.errors import invalid
from infra.local.wire.messages import Answer, Json

# The most that one page holds. Source: objects.list, maxResults.
MAX_PAGE = 1000


async def list_objects(call: Call) -> Answer:
    """`objects.list`, in the order of the names' UTF-8 bytes.

    Hashes of objects under a customer's key are left out: they are sealed by that key, too.
    """
    prefix = call.query.get("prefix", "")
    bucket = call.bucket("storage.objects.list", list_prefix=prefix)
    size = page_size(call.query)
    items: list[Json] = []
    prefixes: list[str] = []
    mark = ""
    for resource, group in _entries(call, bucket["name"], prefix):
        if len(items) + len(prefixes) == size:
            return Answer.of(_page(items, prefixes, mark))
        if group:
            prefixes.append(group)
        else:
            items.append(_without_sealed_hashes(resource))
        mark = group or f"{resource['name']}\0{resource['generation']}"
    return Answer.of(_page(items, prefixes, ""))


def _entries(call: Call, bucket: str, prefix: str) -> Iterator[tuple[Json, str]]:
    """Objects in order, each with the group that a delimiter puts it in; each group once."""
    query = call.query
    after = _mark(query.get("pageToken", ""))
    start = max(prefix, query.get("startOffset", ""), after.partition("\0")[0])
    live = query.get("softDeleted", "").lower() != "true"  # the client says True
    delimiter = query.get("delimiter", "")
    end = query.get("endOffset")
    seen = after if "\0" not in after else ""
    for resource in call.service.database.objects(bucket, start, live=live):
        name = resource["name"]
        if not name.startswith(prefix) or (end and name >= end):
            return
        if f"{name}\0{resource['generation']}" <= after or (seen and name.startswith(seen)):
            continue
        cut = name.find(delimiter, len(prefix)) if delimiter else -1
        group = name[: cut + len(delimiter)] if cut >= 0 else ""
        if group:
            seen = group
        yield resource, group


def page_size(query: dict[str, str]) -> int:
    """How many entries a page may hold. Raises: Problem: 400."""
    text = query.get("maxResults", str(MAX_PAGE))
    if not text.isdecimal() or int(text) == 0:
        raise invalid("Invalid maxResults.")
    return min(int(text), MAX_PAGE)


def _mark(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError as error:
        raise invalid("Invalid pageToken.") from error


def _page(items: list[Json], prefixes: list[str], mark: str) -> Json:
    page: Json = {"kind": "storage#objects"}
    if items:
        page["items"] = items
    if prefixes:
        page["prefixes"] = prefixes
    if mark:
        page["nextPageToken"] = base64.urlsafe_b64encode(mark.encode()).decode()
    return page


def _without_sealed_hashes(resource: Json) -> Json:
    if "kmsKeyName" not in resource:
        return resource
    return {key: value for key, value in resource.items() if key not in ("crc32c", "md5Hash")}
