"""SDK keys: `stk_<key id>_<160 random bits>_<checksum>`.

A key stands in public pages, so it is an identifier rather than a secret; only a hash of its
random part is stored all the same, so that our databases cannot be used to write recordings.
"""

import hmac
import re
import zlib
from hashlib import sha256
from http import HTTPStatus

from msgspec import Struct

from lib.errors import Refusal
from lib.identifiers import KeyId, RandomBytes, base32, random_base32

FORM = re.compile(r"stk_([a-z2-7]{12})_([a-z2-7]{32})_([a-z2-7]{7})", re.ASCII)
NO_KEY_HASH = bytes(32)  # compared on a miss, so that a miss costs what a hit costs


class KeyMalformed(Refusal):
    """The key is cut short or mistyped; its checksum says so without any look-up."""

    status, code = HTTPStatus.BAD_REQUEST, "key_malformed"


class SdkKey(Struct, frozen=True):
    """A well-formed key; nothing is known yet about whether it exists."""

    id: KeyId
    random: str

    def hash(self) -> bytes:
        """Return what is stored and compared: SHA-256 of the random part's ASCII."""
        return sha256(self.random.encode("ascii")).digest()

    def __str__(self) -> str:
        """Return the whole key as a page embeds it."""
        body = f"stk_{self.id}_{self.random}"
        return f"{body}_{_checksum(body)}"


def create(random: RandomBytes) -> SdkKey:
    """Return a fresh key."""
    return SdkKey(KeyId(random_base32(12, random)), random_base32(32, random))


def parse(text: str) -> SdkKey:
    """Return the key in `text` (untrusted), without I/O.

    Raises: KeyMalformed: wrong form or checksum.
    """
    found = FORM.fullmatch(text)
    if not found or _checksum(text.rpartition("_")[0]) != found[3]:
        raise KeyMalformed("the SDK key is incomplete or mistyped: copy it again from the console")
    return SdkKey(KeyId(found[1]), found[2])


def same(presented: bytes, stored: bytes | None) -> bool:
    """Compare two hashes in constant time; None (unknown key) costs the same and is never equal."""
    equal = hmac.compare_digest(presented, stored or NO_KEY_HASH)
    return equal and stored is not None


def _checksum(body: str) -> str:
    return base32(zlib.crc32(body.encode("ascii")).to_bytes(4, "big"))
