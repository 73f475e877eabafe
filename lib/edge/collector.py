"""The garbage collector's settings for a server whose requests leave no cycles behind."""

import gc

# Allocations before the youngest generation is scanned; the default of 700 is passed several
# times by a single batch. Worth 15 % of ingest's CPU (docs/decisions/0006-collector.md).
YOUNG_ALLOCATIONS = 50_000


def tune() -> None:
    """Leave what was imported out of every collection, and collect seldom; call it last.

    Nothing is collected first: that would be a quarter of the time that a cold start spends on
    our imports, for garbage that never grows.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_ALLOCATIONS, 20, 50)
