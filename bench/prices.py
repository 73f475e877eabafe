"""List prices, and what a thousand ten-minute sessions cost by them.

Source: https://cloud.google.com/storage/pricing, .../firestore/pricing, .../run/pricing (regional,
europe-west1 class). Free tiers, egress to the console and discounts are left out.
"""

OBJECT_WRITE_USD = 0.005 / 1_000  # class A operation
DOCUMENT_WRITE_USD = 0.09 / 100_000
GIB_MONTH_USD = 0.020
VCPU_S_USD = 0.000024
SESSIONS = 1_000
SESSION_MINUTES = 10
HANDSHAKES_A_SESSION = 2  # a token lives ten minutes and is renewed before its end


def stored(*, objects: float, documents: float, stored_bytes: float) -> float:
    """Return dollars for a thousand sessions: their writes, and their first month in the bucket.

    Args: of one session.
    """
    one = (
        objects * OBJECT_WRITE_USD
        + documents * DOCUMENT_WRITE_USD
        + stored_bytes / 2**30 * GIB_MONTH_USD
    )
    return one * SESSIONS


def computed(*, batches: float, batch_us: float, handshake_us: float) -> float:
    """Return dollars for a thousand sessions' CPU, as if instances had no idle time."""
    us = batches * batch_us + HANDSHAKES_A_SESSION * handshake_us
    return us / 1e6 * VCPU_S_USD * SESSIONS
