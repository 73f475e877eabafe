"""Notes about sessions in `edge-index`, written by ingest: a hint, since the bucket is the truth.

Every field is merged by maximum, minimum or union, so notes may arrive twice and in any order;
only the three counters of signals are added up.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add
from typing import Any, TypeVar

from msgspec import Struct, field

from lib.claims import Claim
from lib.edge.devices import describe
from lib.edge.documents import Write
from lib.identifiers import SessionId
from lib.privacy.summaries import Summary
from lib.tenants import Tenant

NOTES_A_MINUTE = 3  # of one session, of each instance: Firestore asks a cent per 11,000 (bar P11)
MINUTE_S = 60.0
EVERY = 3  # batches: with one batch every 10 s, the list is at most 30 s behind
REMEMBERED_SESSIONS = 4_096  # about 2 KiB each
MAX_WAITING = 10  # batches whose note was put off
MAX_PATHS = 20  # of one note
MAX_PATH_CHARS = 200

FieldPath = tuple[str, ...]
T = TypeVar("T")


class Seen(Struct, frozen=True):
    """What ingest knows about one stored batch."""

    claim: Claim
    seq: int
    size: int
    total: int
    offset: int
    dropped: int
    final: bool
    user: str | None
    user_agent: str
    summary: Summary
    repeated: bool = False
    country: str | None = None  # where both policies allow it

    def worth_noting(self) -> bool:
        """Say whether this batch changes what the list shows; needs no memory."""
        summary = self.summary
        return self.seq % EVERY == 0 or self.final or summary.errors > 0 or summary.navigations > 0


class _Recent(Struct):
    """One session's notes of the last minute, and what waits for the next."""

    times: deque[float] = field(default_factory=deque)
    waiting: list[Seen] = field(default_factory=list)


class Notes:
    """Decides when a session is noted: at most NOTES_A_MINUTE; what exceeds them joins the next.

    A note is one write of one document, however many batches wait for it: each write is paid for.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Keep `clock`, which gives seconds."""
        self._clock = clock
        self._sessions: OrderedDict[SessionId, _Recent] = OrderedDict()

    def due(self, tenant: Tenant, seen: Seen) -> list[Write]:
        """Return the writes to make now, because of this batch and of what waited before it."""
        buried = tenant.buried(seen.claim.session, seen.claim.start_ms)
        if buried or not seen.worth_noting():
            return []
        recent = self._recent(seen.claim.session)
        now = self._clock()
        while recent.times and now - recent.times[0] >= MINUTE_S:
            recent.times.popleft()
        if len(recent.times) >= NOTES_A_MINUTE:
            self.postpone(seen)
            return []
        recent.times.append(now)
        waiting, recent.waiting = recent.waiting, []
        return [reduce(merged, [session_write(tenant, each) for each in (*waiting, seen)])]

    def postpone(self, seen: Seen) -> None:
        """Let the batch join its session's next note (bounded: the oldest are forgotten)."""
        recent = self._recent(seen.claim.session)
        recent.waiting = [*recent.waiting, seen][-MAX_WAITING:]

    def _recent(self, session: SessionId) -> _Recent:
        recent = self._sessions.setdefault(session, _Recent())
        self._sessions.move_to_end(session)
        while len(self._sessions) > REMEMBERED_SESSIONS:
            self._sessions.popitem(last=False)
        return recent


def session_write(tenant: Tenant, seen: Seen) -> Write:
    """Return the change that `seen` makes to its session's entry (docs/data-model.md)."""
    claim, summary = seen.claim, seen.summary
    start = datetime.fromtimestamp(claim.start_ms / 1000, UTC)
    device = describe(seen.user_agent)
    page = ("pages", claim.page)
    fields: dict[tuple[str, ...], Any] = {
        ("start",): start,
        ("expire_at",): start + timedelta(days=tenant.retention_days),
        ("origin",): claim.origin,
        ("key",): claim.key,
        ("policy",): claim.policy_version,
        ("sdk",): claim.sdk,
        ("browser",): device.browser,
        ("os",): device.os,
        ("device",): device.kind,
        (*page, "tab"): claim.tab,
    }
    if summary.width and summary.height:
        fields |= {("width",): summary.width, ("height",): summary.height}
    if seen.user:
        fields[("user",)] = seen.user
    if seen.country:
        fields[("country",)] = seen.country
    if seen.final:
        fields[(*page, "final")] = True
    signals = {"errors": summary.errors, "clicks": summary.clicks, "masked": summary.masked}
    last_ms = summary.last_ms + seen.offset
    return Write(
        f"tenants/{tenant.id}/sessions/{claim.session}",
        set=fields,
        maximum={
            ("last_ms",): last_ms,
            (*page, "last_ms"): last_ms,
            (*page, "seq"): seen.seq,
            (*page, "bytes"): max(seen.total, seen.size),
            (*page, "dropped"): seen.dropped,
        },
        minimum={(*page, "first_ms"): summary.first_ms + seen.offset},
        add={} if seen.repeated else {(name,): n for name, n in signals.items() if n},
        union={(*page, "paths"): [path[:MAX_PATH_CHARS] for path in summary.paths[:MAX_PATHS]]}
        if summary.paths
        else {},
    )


def merged(first: Write, second: Write) -> Write:
    """Return one write with the effect of both, which change the same document in this order."""
    return Write(
        first.path,
        set={**first.set, **second.set},
        maximum=_folded(first.maximum, second.maximum, max),
        minimum=_folded(first.minimum, second.minimum, min),
        add=_folded(first.add, second.add, add),
        union=_folded(first.union, second.union, add),
    )


def _folded(
    first: Mapping[FieldPath, T], second: Mapping[FieldPath, T], join: Callable[[T, T], T]
) -> dict[FieldPath, T]:
    joined = {path: join(first[path], value) for path, value in second.items() if path in first}
    return {**first, **second, **joined}
