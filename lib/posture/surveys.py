"""Surveys: all checks of a tenant together, and the order in which people read them."""

from typing import Any, Protocol
from urllib.parse import urlsplit

from lib.allowlists import LOOPBACK
from lib.posture import access, places, records, sealing
from lib.posture.checks import TITLES, Check, Reading, standing
from lib.posture.readings import Readings
from lib.tenants import Tenant
from lib.tokens import PublicKeys
from lib.vault.buckets import BucketSpec


class Expected(Protocol):
    """What this installation is: console_api's settings are one. Accounts by their addresses."""

    @property
    def project_number(self) -> int:
        """The only project that may own a tenant's bucket."""

    @property
    def ingest_account(self) -> str:
        """Who adds recordings."""

    @property
    def console_api_account(self) -> str:
        """Who reads them."""

    @property
    def resealer_account(self) -> str:
        """Who works for an operation, for its time."""

    @property
    def console_origin(self) -> str:
        """Where the console answers."""


def survey(found: Readings, expected: Expected, receipt_keys: PublicKeys) -> list[Check]:
    """Return every check, once each."""
    spec = _spec(expected, found.tenant)
    made = [
        *places.checks(found, spec, expected.project_number),
        *access.checks(found, spec, expected.resealer_account),
        *sealing.checks(found),
        _transport(expected.console_origin, found.at),
        *records.checks(found, receipt_keys),
    ]
    order = list(TITLES)
    return sorted(made, key=lambda check: order.index(check.id))


def told(found: Readings, made: list[Check]) -> dict[str, Any]:
    """Return a survey as the API answers it, and as a report states it."""
    states = [check.state for check in made]
    return {
        "tenant": found.tenant.id,
        "name": found.tenant.name,
        "standing": standing(made),
        "checked_ms": round(found.at * 1000),
        "counts": {state: states.count(state) for state in ("pass", "fail", "not_applicable")},
        "checks": [check.row() for check in made],
    }


def _spec(expected: Expected, tenant: Tenant) -> BucketSpec:
    """Return what the tenant's bucket must be."""
    return BucketSpec(
        tenant.bucket,
        tenant.id,
        tenant.location,
        tenant.retention_days,
        expected.ingest_account,
        expected.console_api_account,
    )


def _transport(origin: str, at: float) -> Check:
    look = Reading("this console's own address", round(at * 1000))
    parts = urlsplit(origin)
    if parts.scheme == "https":
        says = "The console answers over HTTPS only, and so do its cookies."
        return look.passed("transport", origin, says)
    if parts.hostname in LOOPBACK:
        says = "This console runs on your own machine: nothing leaves it."
        return look.passed("transport", origin, says)
    says = "The console's address is not HTTPS."
    return look.failed("transport", origin, says, "Tell your operator at once.")
