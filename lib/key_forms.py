"""What members ask of SDK keys, checked: labels, origins, assertion keys, overlaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from lib import allowlists
from lib.errors import Malformed, Refusal

MAX_FORM_BYTES = 24 * 1024  # 50 origins of 253 characters, an assertion key and a label
MAX_LABEL_CHARS = 60  # one line of the console's table
MAX_PEM_CHARS = 1_024  # a P-256 public key has 178
MAX_OVERLAP_HOURS = 720  # 30 days: longer than the longest cache of a page that embeds the key
DEFAULT_OVERLAP_HOURS = 24


class AssertionKeyRefused(Refusal):
    """Not a P-256 public key, so no assertion could ever be checked by it."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "assertion_key_refused"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a key is to be: checked, not stored yet."""

    label: str
    origins: tuple[str, ...]
    assertion_key: str | None  # PEM, canonical


def parse_new(body: Mapping[str, Any]) -> Draft:
    """Return the draft in the body of `POST /v1/keys` (untrusted).

    Raises: Malformed: names the member. OriginRefused, AssertionKeyRefused.
    """
    _known(body, {"label", "origins", "assertion_key"})
    return Draft(
        label=_label(body.get("label")),
        origins=_origins(body.get("origins")),
        assertion_key=_assertion_key(body.get("assertion_key")),
    )


def parse_change(body: Mapping[str, Any], stored: Draft) -> Draft:
    """Return `stored` with the members of the body of `PATCH /v1/keys/{key}` (untrusted).

    Raises: Malformed: names the member. OriginRefused, AssertionKeyRefused.
    """
    _known(body, {"label", "origins", "assertion_key"})
    if not body:
        raise Malformed("give at least one of `label`, `origins`, `assertion_key`")
    return Draft(
        label=_label(body["label"]) if "label" in body else stored.label,
        origins=_origins(body["origins"]) if "origins" in body else stored.origins,
        assertion_key=(
            _assertion_key(body["assertion_key"])
            if "assertion_key" in body
            else stored.assertion_key
        ),
    )


def parse_overlap(body: Mapping[str, Any]) -> int:
    """Return how many hours the old key stays valid, from a rotation's body (untrusted).

    Raises: Malformed.
    """
    _known(body, {"overlap_hours"})
    hours = body.get("overlap_hours", DEFAULT_OVERLAP_HOURS)
    if type(hours) is not int or not 0 <= hours <= MAX_OVERLAP_HOURS:
        raise Malformed(f"`overlap_hours`: 0 to {MAX_OVERLAP_HOURS}")
    return hours


def parse_nothing(body: Mapping[str, Any]) -> None:
    """Refuse a body that says anything: a misspelt wish must not pass as a plain one.

    Raises: Malformed.
    """
    _known(body, set())


def _known(body: Mapping[str, Any], members: set[str]) -> None:
    unknown = set(body) - members
    if unknown:
        raise Malformed("unknown members: " + ", ".join(sorted(unknown))[:200])


def _label(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(text) <= MAX_LABEL_CHARS or not text.isprintable():
        raise Malformed(f"`label`: one line of 1 to {MAX_LABEL_CHARS} characters")
    return text


def _origins(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(origin, str) for origin in value):
        raise Malformed("`origins`: a list of origins, for example https://shop.example")
    return allowlists.check(value)


def _assertion_key(value: object) -> str | None:
    """Return the canonical PEM of a P-256 public key, or None for none.

    Source: RFC 7518 section 3.4 (ES256 is ECDSA on P-256); RFC 7468 section 13 (the PEM).
    """
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_PEM_CHARS:
        raise Malformed(f"`assertion_key`: PEM of at most {MAX_PEM_CHARS} characters, or null")
    if "PRIVATE KEY" in value:
        raise AssertionKeyRefused("that is a private key: keep it, and give its public half")
    try:
        key = load_pem_public_key(value.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise AssertionKeyRefused("not a public key in PEM") from None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise AssertionKeyRefused("assertions are ES256: give a P-256 public key")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
