"""Orders: what an operator asks for when a tenant is created, checked, and the ids drawn for it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from lib import allowlists, operations, users
from lib.errors import Malformed
from lib.identifiers import (
    OperationId,
    RandomBytes,
    TenantId,
    base32,
    new_bucket,
    new_tenant,
    new_user,
)
from lib.keys import SdkKey
from lib.operations import Operation
from lib.tenant_records import NAME

KIND = "create_tenant"
FIRST_STEP = "reserve_name"
REGION = re.compile(r"[a-z]+-[a-z]+[1-9][0-9]?", re.ASCII)  # single regions only: data stays there
MAX_RETENTION_DAYS = 3650
DEFAULT_RETENTION_DAYS = 30


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator asked for, checked."""

    name: str
    region: str
    owner_email: str
    retention_days: int
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn for an order, once: ids, and hashes of the two secrets shown once."""

    tenant: str
    user: str
    bucket: str
    key: str
    key_hash: bytes
    setup: str


def parse_order(body: Mapping[str, Any]) -> Order:
    """Return the order in a request's body (untrusted).

    Raises: Malformed: names the member. OriginRefused: from the allowlist's check.
    """
    unknown = set(body) - {"name", "region", "owner_email", "retention_days", "origins"}
    if unknown:
        raise Malformed("unknown members: " + ", ".join(sorted(unknown))[:200])
    name, region, origins = body.get("name"), body.get("region"), body.get("origins")
    days = parse_days(body.get("retention_days", DEFAULT_RETENTION_DAYS))
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise Malformed("`name`: 3 to 40 of a-z, 0-9 and hyphen, from a letter, not to a hyphen")
    if not isinstance(region, str) or not REGION.fullmatch(region):
        raise Malformed("`region`: a single region, for example europe-west1")
    if not isinstance(origins, list) or not all(isinstance(origin, str) for origin in origins):
        raise Malformed("`origins`: a list of origins, for example https://shop.example")
    email = users.parse_email(body.get("owner_email"))
    return Order(name, region, email, days, allowlists.check(origins))


def parse_days(value: object) -> int:
    """Return a retention in days (untrusted). Raises: Malformed."""
    if type(value) is not int or not 1 <= value <= MAX_RETENTION_DAYS:
        raise Malformed(f"`retention_days`: 1 to {MAX_RETENTION_DAYS}")
    return value


def operation_id(name: str, attempt: int = 0) -> OperationId:
    """Return the id of the operation that creates `name`: one name, one operation, by design.

    Args: attempt: how many orders of this name failed, and were taken back, before.
    """
    text = f"{KIND}/{name}/{attempt}" if attempt else f"{KIND}/{name}"
    return OperationId("op_" + base32(sha256(text.encode()).digest())[:16])


def differences(order: Order, known: Operation) -> list[str]:
    """Return the members in which `order` is not what `known` was ordered with."""
    given = {**asdict(order), "origins": list(order.origins)}
    return [name for name, value in given.items() if known.input[name] != value]


def draw(key: SdkKey, setup_token: str, random: RandomBytes) -> Draw:
    """Return fresh ids, with the hashes of a fresh key and setup token."""
    return Draw(
        tenant=new_tenant(random),
        user=new_user(random),
        bucket=new_bucket(random),
        key=key.id,
        key_hash=key.hash(),
        setup=users.setup_id(setup_token),
    )


def operation(order: Order, drawn: Draw, *, now: float, attempt: int = 0) -> Operation:
    """Return the operation to store for `order`. Args: attempt: see `operation_id`."""
    given = {**asdict(order), "origins": list(order.origins), **asdict(drawn)}
    tenant = TenantId(drawn.tenant)
    name = operation_id(order.name, attempt)
    return operations.pending(name, KIND, tenant, FIRST_STEP, given, now=now)
