"""Rounds: a sweep over everything, again after every cache has turned, until one finds nothing.

Each chunk is found and counted in one step and deleted in the next, so that a worker that dies
between two deletions neither loses a group nor its count.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from lib.erasures.subjects import Subject
from lib.erasures.sweeps import EXPORTS, RECORDINGS, Found, Sum, Sweep
from lib.ticks import Later
from lib.vault.tombstones import QUIET_S

LEAST_ROUNDS = 2  # the second sees what was under way when the tombstones were written

Phase = Literal["named", "index", "bucket", "end"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work stands; the operation's cursor as JSON."""

    round: int = 1
    phase: Phase | None = None
    after: str = ""
    groups: tuple[str, ...] = ()  # counted, to be deleted next
    young: tuple[str, ...] = ()
    expected: int = 0  # objects counted in `groups`
    then: tuple[Phase, str] = ("end", "")  # phase and position after these groups
    found: int = 0  # objects and entries, this round
    objects: int = 0
    bytes: int = 0
    sessions: int = 0
    exports: int = 0
    entries: int = 0

    @classmethod
    def at(cls, cursor: str) -> "Place":
        """Return the place that `cursor` tells; the beginning if it is empty."""
        known: dict[str, Any] = json.loads(cursor) if cursor else {}
        known |= {name: tuple(known[name]) for name in ("groups", "young", "then") if known}
        return cls(**known)

    def cursor(self) -> str:
        """Return the cursor that tells this place."""
        return json.dumps(asdict(self), separators=(",", ":"))

    def facts(self) -> dict[str, int]:
        """Return what was erased so far."""
        return {
            "objects": self.objects,
            "bytes": self.bytes,
            "sessions": self.sessions,
            "exports": self.exports,
            "index_entries": self.entries,
            "rounds": self.round,
        }


class Rounds:
    """The rounds of one erasure."""

    def __init__(
        self,
        sweep: Sweep,
        subject: Subject,
        bury: Callable[[tuple[str, ...]], None],
        now: Callable[[], float],
    ) -> None:
        """Keep the sweep. Args: bury: ends visits that may go on. now: Unix seconds."""
        self._sweep = sweep
        self._subject = subject
        self._bury = bury
        self._now = now

    def step(self, place: Place) -> Place | None:
        """Do a little more; return the place to go on from, or None once a round found nothing.

        Raises: Later: a round ended, and another has to follow.
        """
        if place.phase is None:
            named = self._subject.kind == "session"
            return replace(place, phase="named" if named else "index", after="")
        if place.groups:
            return self._delete(place)
        if place.phase == "end":
            return self._end(place)
        return self._count(place)

    def _count(self, place: Place) -> Place:
        found, then = self._find(place)
        if not found.groups:
            return replace(place, phase=then[0], after=then[1])
        sum_ = self._sweep.measure(found.groups)
        recorded = [group for group in found.groups if group.startswith(RECORDINGS)]
        # A group that was counted by the index is gone when the bucket is looked at.
        there = sum_.objects + sum_.entries > 0
        return replace(
            self._add(place, sum_),
            groups=found.groups,
            young=found.young,
            expected=sum_.objects,
            then=then,
            sessions=place.sessions + (len(recorded) if there else 0),
            exports=place.exports + sum(group.startswith(EXPORTS) for group in found.groups),
            entries=place.entries + sum_.entries,
        )

    def _find(self, place: Place) -> tuple[Found, tuple[Phase, str]]:
        """Return the next groups, and where to look after them."""
        if place.phase == "named":
            group = f"{RECORDINGS}{self._subject.session}/"
            return Found((group,), (), None), ("bucket", EXPORTS)
        if place.phase == "index":
            found = self._sweep.in_index(place.after, self._now())
            return found, ("bucket", "") if found.after is None else ("index", found.after)
        found = self._sweep.in_bucket(place.after, self._now())
        return found, ("end", "") if found.after is None else ("bucket", found.after)

    def _delete(self, place: Place) -> Place:
        self._bury(place.young)
        deleted = self._sweep.delete(place.groups)
        phase, after = place.then
        done = replace(place, phase=phase, after=after, groups=(), young=(), expected=0)
        if deleted.objects <= place.expected:
            return done
        # More than was counted: what arrived in between went as well.
        return self._add(done, Sum(deleted.objects - place.expected))

    def _add(self, place: Place, more: Sum) -> Place:
        return replace(
            place,
            found=place.found + more.objects + more.entries,
            objects=place.objects + more.objects,
            bytes=place.bytes + more.bytes,
        )

    def _end(self, place: Place) -> Place | None:
        if place.found == 0 and place.round >= LEAST_ROUNDS:
            return None
        following = replace(place, round=place.round + 1, phase=None, found=0)
        raise Later(self._now() + QUIET_S, following.cursor())
