"""Summaries: what the session's entry in the index learns of a batch."""

from msgspec import Struct


class Summary(Struct):
    """Counts and marks of one batch's stored events; times are the client's, Unix ms."""

    events: int = 0
    first_ms: int = 0
    last_ms: int = 0
    paths: tuple[str, ...] = ()  # masked, in order
    errors: int = 0
    clicks: int = 0
    width: int = 0  # CSS px of the viewport; 0 if the batch does not say
    height: int = 0
    navigations: int = 0
    masked: int = 0  # events that the server had to mask further
    dropped: int = 0  # events that the server could not let through
