"""Changes that members make: on record before they take effect, and again if they did not."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from google.cloud.firestore import Client
from starlette.requests import Request

from lib.audit import Audit, Detail
from lib.console.visits import Visit
from lib.errors import Refusal
from lib.identifiers import RandomBytes
from lib.members import Role

EDITORS: tuple[Role, ...] = ("owner", "admin")  # who changes what is recorded, and by which keys

T = TypeVar("T")


class Entrance(Protocol):
    """Tells who asks; `visits.Visits` does."""

    def of(self, request: Request) -> Visit:
        """Return the visit that `request` belongs to."""


class Desk:
    """Where a member's changes pass: it knows who asks, writes the log, and holds the clock."""

    def __init__(
        self,
        console: Client,
        visits: Entrance,
        *,
        clock: Callable[[], float],
        random: RandomBytes,
    ) -> None:
        """Keep the client of the `console` database. `clock` gives Unix seconds."""
        self._console = console
        self._visits = visits
        self.clock = clock
        self.random = random

    def visit(self, request: Request, roles: tuple[Role, ...] | None = None) -> Visit:
        """Return the visit of `request`; only of a member in one of `roles`, if they are given.

        Raises: NotSignedIn, RoleInsufficient.
        """
        visit = self._visits.of(request)
        if roles is not None:
            visit.require(roles)
        return visit

    def record(
        self,
        visit: Visit,
        action: str,
        subject: str,
        change: Callable[[], T],
        detail: Detail | None = None,
    ) -> T:
        """Write `action` on `subject` into the tenant's log, then make the `change`.

        Somebody else may have been quicker, so that the change is refused after all: a second
        entry, `<action>_refused`, says that nothing was changed.
        Args: subject: opaque id. detail: ids and counts.
        Raises: whatever `change` refuses.
        """
        log = Audit(self._console, visit.tenant.id, random=self.random)

        def write(name: str) -> None:
            log.append(
                actor=visit.user.id, action=name, subject=subject, now=self.clock(), detail=detail
            )

        write(action)
        try:
            return change()
        except Refusal:
            write(f"{action}_refused")
            raise
