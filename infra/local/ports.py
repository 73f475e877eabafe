"""Where each part of the local stack listens."""

import os
from dataclasses import dataclass, fields

from infra.local.processes import StartFailed, free_ports

VARIABLE = "SEALTAPE_PORT"  # where the ports of `make dev` begin, if not at the default


@dataclass(frozen=True, slots=True)
class Ports:
    """Loopback ports; the defaults are those of `make dev` (docs/local-stack.md)."""

    shop: int = 8300
    console_api: int = 8301
    handshake: int = 8302
    ingest: int = 8303
    provision_bucket: int = 8304
    firestore_grpc: int = 8310
    firestore_rest: int = 8311
    storage: int = 8312
    metadata_handshake: int = 8313
    metadata_ingest: int = 8314
    metadata_console_api: int = 8315
    metadata_provision_bucket: int = 8316
    metadata_resealer: int = 8317
    secrets: int = 8318


def chosen() -> Ports:
    """Return the ports of `make dev`: from 8300 on, or from where VARIABLE says.

    Raises: StartFailed: it says no port that leaves room for all of them.
    """
    first, wanted = Ports().shop, os.environ.get(VARIABLE) or str(Ports().shop)
    offset = int(wanted) - first if wanted.isdecimal() else -first
    moved = [getattr(Ports(), field.name) + offset for field in fields(Ports)]
    if not 1024 <= min(moved) <= max(moved) <= 65_535:
        raise StartFailed(f"{VARIABLE} is a port from 1024 to 65517, not {wanted}")
    return Ports(*moved)


def free() -> Ports:
    """Return ports that are free now, for a test's own stack."""
    names = [field.name for field in fields(Ports)]
    return Ports(**dict(zip(names, free_ports(len(names)), strict=True)))
