"""Days: UTC, as quotas and counts name them. Imported by every function, so it imports nothing."""

from datetime import UTC, datetime


def day_of(now: float) -> str:
    """Return the UTC day of a Unix time, YYYYMMDD."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y%m%d")
