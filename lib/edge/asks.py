"""What a handshake asks: the request's body, taken apart without trusting any of it."""

from http import HTTPStatus

import msgspec

from lib.errors import Refusal
from lib.identifiers import PAGE, TAB, matches

MAX_HANDSHAKE_BYTES = 4 * 1024  # key, two ids, a resume token and an assertion: under 3 KiB
MAX_SDK_CHARS = 20


class HandshakeMalformed(Refusal):
    """The body is not the JSON that docs/protocol.md describes."""

    status, code = HTTPStatus.BAD_REQUEST, "handshake_malformed"


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the SDK sends (docs/protocol.md), checked by `parse`."""

    v: int
    key: str
    sdk: str
    tab: str
    page: str
    resume: str | None
    assertion: str | None


_decode = msgspec.json.Decoder(Ask).decode


def parse(body: bytes) -> Ask:
    """Return the request in `body` (untrusted).

    Raises: HandshakeMalformed.
    """
    try:
        ask = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise HandshakeMalformed("the JSON is not of the documented form") from None
    version_ok = 1 <= len(ask.sdk) <= MAX_SDK_CHARS and ask.sdk.replace(".", "").isalnum()
    if not (ask.v == 1 and version_ok and ask.sdk.isascii()):
        raise HandshakeMalformed("`v` must be 1 and `sdk` a version")
    if not (matches(TAB, ask.tab) and matches(PAGE, ask.page)):
        raise HandshakeMalformed("`tab` or `page` is not an identifier")
    return ask
