"""An object's bytes, whole or a range of them.

Source: https://docs.cloud.google.com/storage/docs/transcoding for gzip; RFC 9110 section 14.
"""

import gzip
import re

from infra.local.storage.calls import Call
from infra.local.storage.errors import Problem
from infra.local.storage.objects import find
from infra.local.storage.preconditions import require
from infra.local.wire.messages import Answer, Json

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def download(call: Call) -> Answer:
    """`objects.get` with `alt=media`. Gzip goes out as it came unless the client cannot take it."""
    _, resource = find(call, "storage.objects.get")
    require(call.query, resource, reading=True)
    if "kmsKeyName" in resource:
        await call.service.keys.require(resource["kmsKeyName"], "decrypt")
    headers = _headers(resource)
    size, generation = int(resource["size"]), int(resource["generation"])
    read = call.service.database.content
    encoding = resource.get("contentEncoding")
    if encoding == "gzip" and _inflates(call.request.headers, resource):
        headers["Warning"] = "214 UploadServer gunzipped"
        return Answer(200, gzip.decompress(read(generation, 0, size)), headers)
    if encoding:
        headers["Content-Encoding"] = encoding
    wanted = _range(call.request.headers.get("range", ""), size)
    if wanted is None:
        return Answer(200, read(generation, 0, size), headers)
    first, last = wanted
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Answer(206, read(generation, first, last - first + 1), headers)


def _inflates(headers: dict[str, str], resource: Json) -> bool:
    return "gzip" not in headers.get("accept-encoding", "") and "no-transform" not in resource.get(
        "cacheControl", ""
    )


def _range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None for the whole. Raises: Problem: 416, nothing lies in the range."""
    match = _RANGE.fullmatch(header.strip())
    if not match or match[0] == "bytes=-":
        return None
    if match[1]:
        first, last = int(match[1]), min(int(match[2] or size - 1), size - 1)
    else:
        first, last = max(0, size - int(match[2])), size - 1
    if first >= size or first > last:
        message = "The requested range cannot be satisfied."
        raise Problem(416, "requestedRangeNotSatisfiable", message)
    return first, last


def _headers(resource: Json) -> dict[str, str]:
    headers = {
        "Content-Type": resource["contentType"],
        "ETag": resource["etag"],
        "X-Goog-Generation": resource["generation"],
        "X-Goog-Metageneration": resource["metageneration"],
        "X-Goog-Storage-Class": resource["storageClass"],
        "X-Goog-Stored-Content-Length": resource["size"],
        "X-Goog-Stored-Content-Encoding": resource.get("contentEncoding", "identity"),
        "X-Goog-Hash": f"crc32c={resource['crc32c']},md5={resource['md5Hash']}",
    }
    for field, name in (
        ("cacheControl", "Cache-Control"),
        ("contentDisposition", "Content-Disposition"),
        ("contentLanguage", "Content-Language"),
    ):
        if field in resource:
            headers[name] = resource[field]
    for name, value in resource.get("metadata", {}).items():
        if name.isascii() and value.isascii() and value.isprintable():
            headers[f"X-Goog-Meta-{name}"] = value
    return headers
