"""Seals: by whose key a tenant's bucket is encrypted, what is asked for, and what is refused.

Pure: ingest imports this for one refusal, so no client of Google's is needed here.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal, cast

from msgspec import Struct

from lib.errors import Malformed, Refusal

Mode = Literal["google_managed", "customer_managed"]
# unknown: the key's owner does not let us see it, which takes nothing from the seal.
KeyState = Literal["available", "unavailable", "unknown", "shredded"]
MODES: tuple[Mode, ...] = ("google_managed", "customer_managed")

# Source: https://docs.cloud.google.com/kms/docs/resource-hierarchy; project by id or by number.
KEY = re.compile(
    r"projects/(?P<project>[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]{6,20})"
    r"/locations/(?P<location>[a-z0-9-]{2,40})"
    r"/keyRings/[A-Za-z0-9_-]{1,63}/cryptoKeys/[A-Za-z0-9_-]{1,63}",
    re.ASCII,
)


class SealUnavailable(Refusal):
    """The tenant's key refused us. Nothing was stored; the SDK keeps the batch and tries again."""

    status, code, retry = HTTPStatus.SERVICE_UNAVAILABLE, "seal_unavailable", True


class KeyRefused(Refusal):
    """This key cannot seal this tenant's bucket: its place, its purpose, or whose it is."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "seal_key_refused"


class KeyTaken(Refusal):
    """This key seals another tenant's bucket."""

    status, code = HTTPStatus.CONFLICT, "seal_key_taken"


class ProofExpired(Refusal):
    """Nobody who may change the key showed within a day that they want this."""

    status, code = HTTPStatus.CONFLICT, "seal_proof_expired"


class Seal(Struct, frozen=True):
    """How a tenant's bucket is sealed. `key` is the name that Cloud KMS itself uses."""

    mode: Mode = "google_managed"
    key: str | None = None
    state: KeyState = "available"
    reason: str | None = None  # why the key is not available: a fixed word


GOOGLE_MANAGED = Seal()


class Wish(Struct, frozen=True):
    """What a tenant's owner asked for. Without a key, customer_managed means one of ours."""

    mode: Mode
    key: str | None = None


def parse_seal(fields: Mapping[str, Any] | None) -> Seal:
    """Return the seal in a tenant's document (docs/data-model.md)."""
    found = fields or {}
    return Seal(
        mode=found.get("mode", "google_managed"),
        key=found.get("kms_key"),
        state=found.get("state", "available"),
        reason=found.get("reason"),
    )


def parse_wish(body: Mapping[str, Any], *, location: str) -> Wish:
    """Return what a request's body (untrusted) asks for a tenant in `location`.

    Raises: Malformed. KeyRefused: the key is not where the bucket is.
    """
    unknown = set(body) - {"mode", "kms_key"}
    if unknown:
        raise Malformed("unknown members: " + ", ".join(sorted(unknown))[:200])
    mode, key = body.get("mode"), body.get("kms_key")
    if mode not in MODES:
        raise Malformed("`mode`: google_managed or customer_managed")
    if key is None:
        return Wish(cast(Mode, mode))
    if mode == "google_managed":
        raise Malformed("`kms_key` belongs to customer_managed")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Malformed("`kms_key`: projects/P/locations/L/keyRings/R/cryptoKeys/K")
    check_location(key, location)
    return Wish("customer_managed", key)


def check_location(key: str, location: str) -> None:
    """Refuse a key that is not where its bucket is.

    Raises: KeyRefused.
    """
    if part(key, "location") != location:
        raise KeyRefused(f"the key must be in {location}, where the recordings are")


def part(key: str, name: str) -> str:
    """Return the `project` or the `location` of a key's name.

    Raises: KeyRefused: it is no key's name.
    """
    match = KEY.fullmatch(key)
    if match is None:
        raise KeyRefused("this is not the name of a key")
    return match[name]


def names_the_key(body: bytes) -> bool:
    """Say whether Cloud Storage's refusal (an answer's body) is about the key.

    Seen: "Cloud KMS key is disabled, ...", "Permission denied on Cloud KMS key. ...", and the
    bucket's encryption enforcement.
    """
    text = body.lower()
    return b"kms" in text or b"encryption" in text or b"cryptokey" in text
