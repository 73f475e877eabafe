"""One session's stored batches, as the bucket holds them; the index only hints at them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from google.api_core import exceptions
from google.cloud.storage import Blob, Bucket

from lib.errors import NotFound, Refusal
from lib.identifiers import PAGE, PageId, SessionId, TabId, batch_object, matches
from lib.tenants import Tenant

PARALLEL_READS = 8  # a read takes about 30 ms; Google's client pools 10 connections
FIELDS = "items(name,size,generation,metadata,customTime),nextPageToken"
# What only a request knew: in the metadata of each page's first batch, `country` in all of them.
OF_THE_REQUEST = ("origin", "key", "browser", "os", "device", "country")


class RecordingUnreadable(Refusal):
    """The bucket or its key refused us; the recording is there and stays sealed."""

    status, code, retry = HTTPStatus.SERVICE_UNAVAILABLE, "recording_unreadable", True


class SessionExpired(NotFound):
    """The visit is past its retention; whatever the bucket still holds of it is not shown."""

    status, code = HTTPStatus.GONE, "session_expired"


@dataclass(frozen=True, slots=True)
class Batch:
    """One stored object, by its name and metadata (docs/protocol.md, Stored objects)."""

    session: SessionId
    page: PageId
    seq: int
    tab: TabId
    size: int
    generation: int
    start: datetime
    received: int
    sent: int
    offset: int
    dropped: int
    final: bool
    previous: tuple[str, int] | None  # the page before in this tab, and its last number
    policy: int
    sdk: str
    user: str | None = None  # keyed hash
    masked: int = 0  # values that the server had to mask further
    request: Mapping[str, str] = field(default_factory=dict)  # OF_THE_REQUEST

    @property
    def sent_ms(self) -> int:
        """When the batch was sent, by the server's clock (Unix ms)."""
        return self.sent + self.offset


@dataclass(frozen=True, slots=True)
class Page:
    """One page's batches, by sequence number; there is at least one."""

    id: PageId
    batches: tuple[Batch, ...]

    @property
    def first(self) -> Batch:
        """The earliest stored batch."""
        return self.batches[0]

    @property
    def last(self) -> Batch:
        """The one with the highest sequence number."""
        return self.batches[-1]

    def missing(self, limit: int) -> list[int]:
        """Return the sequence numbers below the highest that are absent, `limit` at most."""
        stored = {batch.seq for batch in self.batches}
        return list(islice((n for n in range(self.last.seq) if n not in stored), limit))

    @property
    def complete(self) -> bool:
        """Say whether the page has its final batch, misses none and dropped no event."""
        whole = len(self.batches) == self.last.seq + 1
        return whole and self.last.final and not any(batch.dropped for batch in self.batches)


class Recordings:
    """One tenant's recordings, read through a bucket that is that tenant's alone."""

    def __init__(self, bucket: Bucket, tenant: Tenant, *, clock: Callable[[], float]) -> None:
        """Keep the bucket, as `downscoped.Readers` hands it out, and whose it is."""
        self._bucket = bucket
        self._tenant = tenant
        self._clock = clock

    def pages(self, session: SessionId) -> list[Page]:
        """Return the session's pages in the order in which they began.

        Raises: NotFound: nothing is stored, or it was erased. SessionExpired: past its retention,
        even if the bucket's own rule has not run yet. RecordingUnreadable.
        """
        if session in self._tenant.tombstones:
            raise NotFound("no such session")
        oldest = datetime.fromtimestamp(self._clock(), UTC) - timedelta(
            days=self._tenant.retention_days
        )
        try:
            blobs = list(self._bucket.list_blobs(prefix=f"s/{session}/", fields=FIELDS))
        except (exceptions.Forbidden, exceptions.NotFound):
            raise RecordingUnreadable("the vault refused to list this session") from None
        stored = [batch for blob in blobs if (batch := _parse(session, blob)) is not None]
        kept = [batch for batch in stored if batch.start > oldest]
        if stored and not kept:
            raise SessionExpired(f"recordings are kept for {self._tenant.retention_days} days")
        if not kept:
            raise NotFound("no such session")
        return _arrange(kept)

    def members(self, batches: Sequence[Batch]) -> Iterator[bytes]:
        """Return the stored bytes of each of `batches` in order, a few ahead of the caller.

        The first is read before this returns, so a refusal is an answer and not a cut connection.
        Raises: NotFound: erased since it was listed. RecordingUnreadable.
        """
        head = [self._read(batch) for batch in batches[:1]]
        return self._follow(head, batches[1:])

    def _follow(self, head: list[bytes], rest: Sequence[Batch]) -> Iterator[bytes]:
        yield from head
        waiting: list[Future[bytes]] = []
        with ThreadPoolExecutor(PARALLEL_READS) as pool:
            try:
                for batch in rest:
                    waiting.append(pool.submit(self._read, batch))
                    if len(waiting) == PARALLEL_READS:
                        yield waiting.pop(0).result()
                while waiting:
                    yield waiting.pop(0).result()
            finally:
                for future in waiting:
                    future.cancel()

    def _read(self, batch: Batch) -> bytes:
        name = batch_object(batch.session, batch.page, batch.seq)
        blob = self._bucket.blob(name, generation=batch.generation)
        try:
            data: bytes = blob.download_as_bytes(raw_download=True)
        except exceptions.NotFound:
            raise NotFound("this session was erased") from None
        except (exceptions.Forbidden, exceptions.BadRequest, exceptions.PreconditionFailed):
            raise RecordingUnreadable("the vault's key is not available") from None
        return data


def _arrange(batches: list[Batch]) -> list[Page]:
    """Return the pages, without batches that a page's successor counts as sent again.

    What pages say of each other is a claim: where they leave nothing, all is shown.
    """
    ends: dict[str, int] = {}
    for batch in batches:
        if batch.previous:
            page, last = batch.previous
            ends[page] = max(last, ends.get(page, last))
    kept = [batch for batch in batches if batch.seq <= ends.get(batch.page, batch.seq)] or batches
    ordered = sorted(kept, key=attrgetter("page", "seq"))
    pages = [Page(name, tuple(group)) for name, group in groupby(ordered, attrgetter("page"))]
    return sorted(pages, key=lambda page: (page.first.sent_ms, page.id))


def _parse(session: SessionId, blob: Blob) -> Batch | None:
    """Return the batch in a listed object, None for an object that ingest did not write."""
    parts = blob.name.split("/")
    meta: Mapping[str, Any] = blob.metadata or {}
    if len(parts) != 4 or not matches(PAGE, parts[2]) or blob.custom_time is None:
        return None
    try:
        seq = int(meta["seq"])
        if batch_object(session, PageId(parts[2]), seq) != blob.name:
            return None
        return Batch(
            session=session,
            page=PageId(parts[2]),
            seq=seq,
            tab=TabId(meta["tab"]),
            size=int(blob.size),
            generation=int(blob.generation),
            start=blob.custom_time,
            received=int(meta["received"]),
            sent=int(meta["sent"]),
            offset=int(meta["offset"]),
            dropped=int(meta["dropped"]),
            final=meta["final"] == "true",
            previous=_previous(meta["previous"]),
            policy=int(meta["policy"]),
            sdk=meta["sdk"],
            user=meta.get("user"),
            masked=int(meta.get("masked", 0)),
            request={name: meta[name] for name in OF_THE_REQUEST if name in meta},
        )
    except (KeyError, ValueError):
        return None


def _previous(text: str) -> tuple[str, int] | None:
    page, _, last = text.partition(":")
    return (page, int(last)) if page else None
