"""What a stored batch says about itself: its custom metadata, whole, as docs/protocol.md lists it.

Metadata is sealed by Google's keys even where the batch is sealed by the tenant's own, and can be
listed after that key was destroyed: it holds numbers, ids and coarse words, nothing of a page.
"""

from lib.claims import Claim
from lib.edge.batches import Header
from lib.edge.devices import describe
from lib.privacy.summaries import Summary


def of(
    header: Header,
    claim: Claim,
    summary: Summary,
    user: str | None,
    country: str | None,
    received_ms: int,
) -> dict[str, str]:
    """Return the metadata of any batch. Args: user: keyed hash. country: if it may be kept."""
    previous = header.previous
    return {
        "received": str(received_ms),
        "offset": str(header.offset),
        "sent": str(header.sent),
        "seq": str(header.seq),
        "dropped": str(header.dropped),
        "final": "true" if header.final else "false",
        "previous": f"{previous.page}:{previous.last}" if previous else "",
        "tab": claim.tab,
        "policy": str(claim.policy_version),
        "sdk": claim.sdk,
        **({"user": user} if user else {}),
        **({"country": country} if country else {}),
        **({"masked": str(summary.masked)} if summary.masked else {}),
    }


def of_the_request(claim: Claim, user_agent: str, *, listed: bool) -> dict[str, str]:
    """Return what a page's first batch says besides, so that an index can be made from objects.

    Args: user_agent: untrusted. listed: whether the key lists the origin itself: one that a
    wildcard let in may name a visitor (`https://ada.shop.example`), so that one is left out.
    """
    device = describe(user_agent)
    return {
        **({"origin": claim.origin} if listed else {}),
        "key": claim.key,
        "browser": device.browser,
        "os": device.os,
        "device": device.kind,
    }
