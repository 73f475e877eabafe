"""Days: UTC, as quotas and counts name them. Imported by every function, so it imports nothing."""

from datetime import UTC, datetime
from functools import lru_cache

DAY_S = 86_400


def day_of(now: float) -> str:
    """Return the UTC day of a Unix time, YYYYMMDD."""
    return _name(int(now // DAY_S))


@lru_cache(maxsize=8)
def _name(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_S, UTC).strftime("%Y%m%d")
