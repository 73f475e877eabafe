"""Numbers that an event may carry, each within bounds that no page passes."""

from typing import Annotated

from msgspec import Meta

MAX_PIXELS = 1_000_000  # coordinates may be negative; Chromium lays out up to 33 million
MAX_ID = 2**31 - 1
MAX_CLOCK_MS = 2**53 - 1  # what JSON carries exactly

Id = Annotated[int, Meta(ge=-2, le=MAX_ID)]  # rrweb gives -1 and -2 to what it ignores
Pixels = (
    Annotated[int, Meta(ge=-MAX_PIXELS, le=MAX_PIXELS)]
    | Annotated[float, Meta(ge=-MAX_PIXELS, le=MAX_PIXELS)]
)
