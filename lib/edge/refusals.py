"""Refused handshakes, counted for the tenant's own view by those who may write almost nothing.

A caller who named a real key whole is counted by that key and the reason, in memory, and at most
once a minute all counts of an instance become one document, by handshake's right to create. A
refusal that belongs to no key makes the same write, empty: else a slow answer a minute later would
tell that a key exists. docs/decisions/0015-refused-handshakes-are-counted.md
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from lib.days import day_of
from lib.edge.documents import Write
from lib.identifiers import KeyId, RandomBytes, random_base32
from lib.refusal_reasons import COLLECTION, MAX_KEYS, REASONS

EVERY_S = 60.0  # between two documents of one instance, whatever it refuses meanwhile
KEPT = timedelta(days=7)  # a tick folds them within a minute; a week bridges a broken scheduler
NAME_LETTERS = 26  # 130 random bits


class Refusals:
    """One instance's refused handshakes since its last document."""

    def __init__(self, clock: Callable[[], float], random: RandomBytes) -> None:
        """Keep `clock`, which gives Unix seconds."""
        self._clock = clock
        self._random = random
        self._since: float | None = None
        self._counts: OrderedDict[str, dict[str, int]] = OrderedDict()

    def count(self, key: KeyId | None, reason: str) -> None:
        """Count one refusal. Args: key: None if the caller did not name one whole."""
        if self._since is None:
            self._since = self._clock()
        if key is not None and reason in REASONS:
            self._add(key, reason, 1)

    def due(self) -> list[Write]:
        """Return the one write that is due, if any, and forget what it holds."""
        now = self._clock()
        if self._since is None or now - self._since < EVERY_S:
            return []
        fields: dict[tuple[str, ...], Any] = {
            ("day",): day_of(self._since),
            ("keys",): dict(self._counts),
            ("expire_at",): datetime.fromtimestamp(now, UTC) + KEPT,
        }
        self._since, self._counts = None, OrderedDict()
        name = random_base32(NAME_LETTERS, self._random)
        return [Write(f"{COLLECTION}/{name}", set=fields, create=True)]

    def restore(self, writes: list[Write]) -> None:
        """Take back what could not be written; it waits for another EVERY_S."""
        for write in writes:
            self._since = self._clock()
            for key, reasons in write.set[("keys",)].items():
                for reason, n in reasons.items():
                    self._add(key, reason, n)

    def _add(self, key: str, reason: str, n: int) -> None:
        reasons = self._counts.setdefault(key, {})
        reasons[reason] = reasons.get(reason, 0) + n
        while len(self._counts) > MAX_KEYS:
            self._counts.popitem(last=False)
