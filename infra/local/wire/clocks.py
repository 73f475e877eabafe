"""The stand-in's time: real, or moved by a test."""

import time
from datetime import UTC, datetime


class Clock:
    """Real time plus an offset that tests set."""

    def __init__(self) -> None:
        self._offset_ms = 0

    def now_ms(self) -> int:
        """Unix time, milliseconds."""
        return time.time_ns() // 1_000_000 + self._offset_ms

    def set(self, now_ms: int) -> None:
        """Make it `now_ms`; time goes on from there."""
        self._offset_ms += now_ms - self.now_ms()

    def advance(self, by_ms: int) -> None:
        """Move time by `by_ms`."""
        self._offset_ms += by_ms

    def now(self) -> str:
        """RFC 3339, milliseconds, UTC, as Google writes it."""
        return rfc3339(self.now_ms())


def rfc3339(unix_ms: int) -> str:
    """`unix_ms` as Google writes times."""
    moment = datetime.fromtimestamp(unix_ms / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{unix_ms % 1000:03d}Z"


def unix_ms(text: str) -> int:
    """An RFC 3339 time as Unix milliseconds. Raises: ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no time zone: {text}")
    return round(moment.timestamp() * 1000)
