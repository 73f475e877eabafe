"""Up to 100 calls in one request, each answered on its own.

Source: https://docs.cloud.google.com/storage/docs/batch
"""

from collections.abc import Awaitable, Callable
from email import policy
from email.parser import BytesParser

from infra.local.storage.errors import invalid
from infra.local.wire.messages import Answer, Request

MAX_CALLS = 100

_MARK = "batch_standin"


async def answer(request: Request, handle: Callable[[Request], Awaitable[Answer]]) -> Answer:
    """`POST /batch/storage/v1`. Args: handle: answers one call. Raises: Problem: 400."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n"
    message = BytesParser(policy=policy.HTTP).parsebytes(head.encode() + request.body)
    parts = list(message.iter_parts())
    if not 1 <= len(parts) <= MAX_CALLS:
        raise invalid(f"A batch holds 1 to {MAX_CALLS} calls.")
    pieces = []
    for number, part in enumerate(parts):
        inner = await handle(_call(request, part.get_payload(decode=True)))
        label = str(part.get("Content-ID", number)).strip("<>")
        pieces.append(_piece(label, inner))
    body = b"".join(pieces) + f"--{_MARK}--\r\n".encode()
    return Answer(200, body, {"Content-Type": f"multipart/mixed; boundary={_MARK}"})


def _call(outer: Request, payload: object) -> Request:
    """One part as a request; it borrows the outer one's token."""
    raw = payload if isinstance(payload, bytes) else b""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    method, target, *_ = [*first.split(" "), "", ""]
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    for name in ("authorization", "host"):
        if name in outer.headers:
            headers.setdefault(name, outer.headers[name])
    return Request(method, target, headers, body)


def _piece(label: str, inner: Answer) -> bytes:
    kind = inner.headers.get("Content-Type", "application/json")
    head = (
        f"--{_MARK}\r\nContent-Type: application/http\r\nContent-ID: <response-{label}>\r\n\r\n"
        f"HTTP/1.1 {inner.status} -\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(inner.body)}\r\n\r\n"
    )
    return head.encode() + inner.body + b"\r\n"
