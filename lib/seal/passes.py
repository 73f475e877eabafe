"""Passes: reseal a whole bucket, and list it until two passes in a row find nothing to do."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from lib.operations import Operation, Operations
from lib.ticks import Later
from lib.vault.object_walks import ObjectWalks
from lib.vault.resealing import Resealing, Target

CLEAN_PASSES = 2
# Before each further pass: an upload that began under the old default has ended by then.
PASS_GAP_S = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work stands; the operation's cursor as JSON."""

    after: str = ""
    found: int = 0  # objects rewritten in this pass
    clean: int = 0  # passes in a row that found none
    done: int = 0  # objects that were rewritten or needed nothing, in the first pass
    shredded: int = 0
    first: bool = True

    @classmethod
    def at(cls, cursor: str) -> "Place":
        """Return the place that `cursor` tells; the beginning if it is empty."""
        return cls(**json.loads(cursor)) if cursor else cls()

    def cursor(self) -> str:
        """Return the cursor that tells this place."""
        return json.dumps(asdict(self))


class Passes:
    """The steps `count` and `reseal` of the operations that reseal."""

    def __init__(
        self,
        operations: Operations,
        walks: ObjectWalks,
        resealing: Resealing,
        clock: Callable[[], float],
    ) -> None:
        """Keep what the steps work with. Args: clock: Unix seconds."""
        self._operations = operations
        self._walks = walks
        self._resealing = resealing
        self._clock = clock

    def count(self, operation: Operation, bucket: str) -> str | None:
        """Count one page of objects, so that progress has a total. See `ticks.Plan.run`."""
        place = Place.at(operation.cursor)
        found = self._walks.page(bucket, place.after)
        done = place.done + len(found)
        self._operations.count(operation, self._clock(), done=0, total=done)
        return replace(place, after=found[-1].name, done=done).cursor() if found else None

    def reseal(self, operation: Operation, bucket: str, target: Target) -> str | None:
        """Reseal one page. See `ticks.Plan.run`.

        Raises: Later: a pass ended, and another follows. SealUnavailable.
        """
        place = Place.at(operation.cursor)
        page = self._resealing.page(bucket, place.after, target)
        if page.last is not None:
            on = replace(place, after=page.last, found=place.found + page.rewritten)
            if place.first:
                on = replace(on, done=on.done + page.seen, shredded=on.shredded + page.shredded)
                self._operations.count(operation, self._clock(), done=on.done)
            return on.cursor()
        clean = 0 if place.found else place.clean + 1
        if clean == CLEAN_PASSES:
            return None
        following = Place(clean=clean, done=place.done, shredded=place.shredded, first=False)
        raise Later(self._clock() + PASS_GAP_S, following.cursor())
