"""Three ways to send an object's bytes: media, multipart, resumable.

Source: https://docs.cloud.google.com/storage/docs/uploads-downloads
"""

import json
import re
from email.message import Message

from infra.local.storage.calls import Call
from infra.local.storage.errors import invalid
from infra.local.storage.preconditions import require
from infra.local.storage.sessions import UploadSession
from infra.local.storage.writes import NewObject, store
from infra.local.wire.messages import Answer, Json

_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


async def insert(call: Call) -> Answer:
    """`objects.insert`, or the beginning of a resumable one."""
    kind = call.query.get("uploadType")
    bucket = call.fields["bucket"]
    headers = call.request.headers
    if kind == "resumable":
        return _begin(call)
    if kind == "media":
        metadata = {"contentType": headers.get("content-type")}
        metadata["contentEncoding"] = call.query.get("contentEncoding")
        content = call.request.body
    elif kind == "multipart":
        metadata, content = _parts(headers.get("content-type", ""), call.request.body)
    else:
        raise invalid(f"Invalid uploadType: {kind!r}")
    name = call.query.get("name") or metadata.get("name") or ""
    return Answer.of(await store(call, NewObject(bucket, name, metadata, content, call.query)))


def _parts(content_type: str, body: bytes) -> tuple[Json, bytes]:
    """The metadata and the content of a multipart/related body (RFC 2387)."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str):
        raise invalid("No boundary in Content-Type.")
    mark = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(mark)
    if len(pieces) < 4 or not pieces[-1].startswith(b"--"):
        raise invalid("A multipart upload has two parts.")
    _, _, described = pieces[1].partition(b"\r\n\r\n")
    # The content may itself hold the mark only if the client chose it badly; join what was split.
    head, _, content = mark.join(pieces[2:-1]).partition(b"\r\n\r\n")
    try:
        metadata = json.loads(described)
    except ValueError as error:
        raise invalid("The first part is not JSON.") from error
    if not isinstance(metadata, dict):
        raise invalid("The first part is not a JSON object.")
    if found := re.search(rb"(?im)^content-type:\s*(.+?)\s*$", head):
        metadata.setdefault("contentType", found[1].decode("latin-1"))
    return metadata, content


def _begin(call: Call) -> Answer:
    metadata = call.request.json
    name = call.query.get("name") or metadata.get("name") or ""
    bucket = call.bucket("storage.objects.create", object=name)
    require(call.query, call.service.database.live(bucket["name"], name))
    metadata["name"] = name
    if found := call.request.headers.get("x-upload-content-type"):
        metadata.setdefault("contentType", found)
    key = call.service.uploads.begin(UploadSession(bucket["name"], metadata, dict(call.query)))
    path = f"/upload/storage/v1/b/{bucket['name']}/o?uploadType=resumable&upload_id={key}"
    return Answer(headers={"Location": call.base + path, "X-GUploader-UploadID": key})


async def resume(call: Call) -> Answer:
    """A chunk of a resumable upload, or the question how much has arrived (308)."""
    key = call.query.get("upload_id", "")
    session = call.service.uploads.get(key)
    body = call.request.body
    fallback = f"bytes 0-{len(body) - 1}/{len(body)}" if body else "bytes */0"
    match = _RANGE.fullmatch(call.request.headers.get("content-range", fallback))
    if not match:
        raise invalid("Invalid Content-Range.")
    start, _, total = match.groups()
    if start is not None:
        if int(start) > len(session.content):
            raise invalid("The chunk leaves a gap.")
        session.content[int(start) :] = body
    have = len(session.content)
    if total == "*" or have < int(total):
        return Answer(308, headers={"Range": f"bytes=0-{have - 1}"} if have else {})
    new = NewObject(
        session.bucket,
        session.metadata["name"],
        session.metadata,
        bytes(session.content),
        session.query,
    )
    resource = await store(call, new)
    call.service.uploads.end(key)
    return Answer.of(resource)
