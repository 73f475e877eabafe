"""The plan of kind `reindex`: a tenant's index, written anew from its bucket alone.

What only a request knew (origin, key, browser) is in the metadata of each page's first batch. Where
that batch is lost, an entry that is still there keeps it, and a lost one is without.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import reduce
from typing import Any

from google.cloud.firestore import Client

from lib import privacy
from lib.edge import batches
from lib.errors import NotFound, Refusal
from lib.identifiers import SESSION, SessionId, matches
from lib.operations import Operation
from lib.policies import CAPABILITIES
from lib.privacy.summaries import Summary
from lib.recordings import Batch, Page, Recordings, RecordingUnreadable
from lib.seal.tools import Tools
from lib.tenants import Tenant
from lib.vault.object_walks import ObjectWalks
from lib.vault.resealing import DESTROYED

KIND = "reindex"
FIRST_STEP = "grant"
RECORDINGS = "s/"
SESSIONS = 20  # looked for at once
OBJECTS = 500  # read in one step, and what is left of a few sessions: seconds, far under the lease
AT_ONCE = 4  # sessions; each reads 8 objects ahead, all of them over Google's client's pool of 10
MAX_PATHS = 200  # of one page; a document has 1 MiB, and a path at most 200 characters
MAX_PATH_CHARS = 200
# What is stored was masked already, so that nothing of it has to be masked for a summary.
EVERYTHING = frozenset(CAPABILITIES)

Entry = dict[str, Any]


class Reindex:
    """Its steps. Input: by."""

    steps: tuple[str, ...] = (FIRST_STEP, "rebuild", "revoke", "record")

    def __init__(self, tools: Tools, edge_index: Client) -> None:
        """Keep the tools and the client of the `edge-index` database."""
        self._tools = tools
        self._db = edge_index

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        step: Callable[[Operation, Tenant], str | None] = getattr(self, f"_{operation.step}")
        return step(operation, self._tools.tenant(operation))

    def undo(self, operation: Operation) -> None:
        """Take the resealer's access away. See `ticks.Undoable`."""
        tenant = self._tools.tenants.get(operation.tenant)
        if tenant is not None and tenant.bucket:
            self._tools.errands.end(operation, tenant.bucket)

    def _grant(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.errands.begin(operation, tenant.bucket)

    def _rebuild(self, operation: Operation, tenant: Tenant) -> str | None:
        after, _, done = operation.cursor.partition(" ")
        found = names(self._tools.walks, tenant.bucket, after)
        read: list[int] = []

        def work(place: int) -> bool:
            if place and sum(read) >= OBJECTS:  # at least one session a step
                return False
            read.append(self._write(tenant, found[place]))
            return True

        with ThreadPoolExecutor(AT_ONCE) as pool:
            written = [*pool.map(work, range(len(found))), False]
        looked = written.index(False)  # what was written after a gap is written again
        count = int(done or 0) + looked
        self._tools.operations.count(operation, self._tools.clock(), done=count)
        return f"{RECORDINGS}{found[looked - 1]}0 {count}" if found else None  # "0" follows "/"

    def _write(self, tenant: Tenant, name: str) -> int:
        """Write one session's entry and return how many objects were read for it.

        At once, not with others': an erasure that overtakes this finds the entry in its next
        round, QUIET_S later, and one session is read long before that.
        """
        bucket = self._tools.walks.client.bucket(tenant.bucket)
        recordings = Recordings(bucket, tenant, clock=self._tools.clock)
        try:
            pages = recordings.pages(session_of(name))
            entry = _entry(recordings, pages, tenant)
        except NotFound:  # erased, past its retention, or not ours
            return 0
        except RecordingUnreadable:
            if self._shredded(tenant, name):
                return 0
            raise
        self._db.document(f"tenants/{tenant.id}/sessions/{name}").set(entry, merge=True)
        return sum(len(page.batches) for page in pages)

    def _shredded(self, tenant: Tenant, name: str) -> bool:
        """Say whether anything of a session is under a key that was destroyed."""
        rows = self._tools.walks.client.list_blobs(
            tenant.bucket, prefix=f"{RECORDINGS}{name}/", fields="items(kmsKeyName),nextPageToken"
        )
        versions = {row.kms_key_name for row in rows} - {None}
        return any(self._tools.keys.version_state(each) == DESTROYED for each in versions)

    def _revoke(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.errands.end(operation, tenant.bucket)

    def _record(self, operation: Operation, _tenant: Tenant) -> None:
        self._tools.errands.record(operation, "reindexed", {"sessions": operation.done})


def names(walks: ObjectWalks, bucket: str, after: str) -> list[str]:
    """Return the names of the next SESSIONS sessions of a bucket from `after` on, in order."""
    rows = walks.client.list_blobs(
        bucket,
        prefix=RECORDINGS,
        delimiter="/",
        start_offset=after or None,
        max_results=SESSIONS,
        fields="prefixes,nextPageToken",
    )
    next(rows.pages, None)  # of this page alone: the client's iterator fills `prefixes`
    return sorted(prefix.split("/")[1] for prefix in rows.prefixes)


def session_of(name: str) -> SessionId:
    """Return the session whose folder in the bucket has this name. Raises: NotFound: none."""
    if not matches(SESSION, name):
        raise NotFound("not a session")
    return SessionId(name)


def _entry(recordings: Recordings, pages: Sequence[Page], tenant: Tenant) -> Entry:
    """Return a session's entry. Raises: NotFound: it was erased meanwhile."""
    entries = {page.id: _page(page, recordings) for page in pages}
    signals = reduce(_add, (summary for _, summary in entries.values()), Summary())
    everything = [batch for page in pages for batch in page.batches]
    newest = max(everything, key=_sent)
    users = [batch.user for batch in everything if batch.user]
    entry: Entry = {
        "start": newest.start,
        "expire_at": newest.start + timedelta(days=tenant.retention_days),
        "policy": newest.policy,
        "sdk": newest.sdk,
        "last_ms": max(page["last_ms"] for page, _ in entries.values()),
        "pages": {name: page for name, (page, _) in entries.items()},
    }
    for batch in everything:
        entry |= batch.request
    if users:
        entry["user"] = users[-1]
    if signals.width and signals.height:
        entry |= {"width": signals.width, "height": signals.height}
    masked = sum(batch.masked for batch in everything)
    counts = {"errors": signals.errors, "clicks": signals.clicks, "masked": masked}
    return entry | {name: count for name, count in counts.items() if count}


def _page(page: Page, recordings: Recordings) -> tuple[Entry, Summary]:
    """Return what the index says of a page, and its signals."""
    whole, first_ms, last_ms = Summary(), [], []
    for batch, data in zip(page.batches, recordings.members(page.batches), strict=True):
        summary = _summary(data)
        first_ms.append((summary.first_ms or batch.sent) + batch.offset)
        last_ms.append((summary.last_ms or batch.sent) + batch.offset)
        whole = _add(whole, summary)
    entry: Entry = {
        "tab": page.first.tab,
        "first_ms": min(first_ms),
        "last_ms": max(last_ms),
        "seq": page.last.seq,
        "bytes": sum(batch.size for batch in page.batches),
        "dropped": max(batch.dropped for batch in page.batches),
    }
    if page.last.final:
        entry["final"] = True
    if whole.paths:
        entry["paths"] = _distinct(whole.paths)
    return entry, whole


def _summary(data: bytes) -> Summary:
    try:
        return privacy.enforce(batches.inflate(data), EVERYTHING).summary
    except Refusal:  # not what ingest stores; its object is counted all the same
        return Summary()


def _add(first: Summary, second: Summary) -> Summary:
    return Summary(
        paths=first.paths + second.paths,
        errors=first.errors + second.errors,
        clicks=first.clicks + second.clicks,
        width=first.width or second.width,
        height=first.height or second.height,
    )


def _distinct(paths: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(path[:MAX_PATH_CHARS] for path in paths))[:MAX_PATHS]


def _sent(batch: Batch) -> int:
    return batch.sent_ms
