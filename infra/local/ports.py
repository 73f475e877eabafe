"""Where each part of the local stack listens."""

from dataclasses import dataclass, fields

from infra.local.processes import free_ports


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


def free() -> Ports:
    """Return ports that are free now, for a test's own stack."""
    names = [field.name for field in fields(Ports)]
    return Ports(**dict(zip(names, free_ports(len(names)), strict=True)))
