"""Identifiers: strict patterns, so that a name built from one always lies where it should."""

import re
from base64 import b32encode
from collections.abc import Callable
from typing import NewType

TenantId = NewType("TenantId", str)
SessionId = NewType("SessionId", str)
TabId = NewType("TabId", str)
PageId = NewType("PageId", str)
KeyId = NewType("KeyId", str)
UserId = NewType("UserId", str)
OperationId = NewType("OperationId", str)

RandomBytes = Callable[[int], bytes]  # os.urandom, or a seeded one in a test

TENANT = re.compile(r"tn_[a-z2-7]{16}", re.ASCII)
SESSION = re.compile(r"s_[a-z2-7]{26}", re.ASCII)
TAB = re.compile(r"t_[a-z2-7]{16}", re.ASCII)
PAGE = re.compile(r"p_[a-z2-7]{16}", re.ASCII)
KEY_ID = re.compile(r"[a-z2-7]{12}", re.ASCII)
USER = re.compile(r"u_[a-z2-7]{16}", re.ASCII)
OPERATION = re.compile(r"op_[a-z2-7]{16}", re.ASCII)
BUCKET = re.compile(r"st-[a-z2-7]{26}", re.ASCII)

_LETTER_OF_BYTE = b"abcdefghijklmnopqrstuvwxyz234567" * 8

MAX_SEQ = 999_999  # six digits in an object's name


def base32(data: bytes) -> str:
    """Return RFC 4648 base32, lower case, unpadded."""
    return b32encode(data).decode("ascii").rstrip("=").lower()


def random_base32(letters: int, random: RandomBytes) -> str:
    """Return `letters` base32 characters from `random`: five bits of one byte each."""
    return random(letters).translate(_LETTER_OF_BYTE).decode("ascii")


def matches(pattern: re.Pattern[str], value: object) -> bool:
    """Say whether `value` is a string of exactly this form."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def new_tenant(random: RandomBytes) -> TenantId:
    """Return a fresh tenant id (80 random bits)."""
    return TenantId("tn_" + random_base32(16, random))


def new_session(random: RandomBytes) -> SessionId:
    """Return a fresh session id (130 random bits: it leads object names and is never reused)."""
    return SessionId("s_" + random_base32(26, random))


def new_user(random: RandomBytes) -> UserId:
    """Return a fresh user id (80 random bits)."""
    return UserId("u_" + random_base32(16, random))


def new_operation(random: RandomBytes) -> OperationId:
    """Return a fresh operation id (80 random bits)."""
    return OperationId("op_" + random_base32(16, random))


def new_bucket(random: RandomBytes) -> str:
    """Return a fresh bucket name: random, since names are global and may be squatted."""
    return "st-" + random_base32(26, random)


def batch_object(session: SessionId, page: PageId, seq: int) -> str:
    """Return the name of a batch's object; each part was checked when it was parsed."""
    return f"s/{session}/{page}/{seq:06d}.ndjson.gz"
