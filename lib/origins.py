"""Origins: where a key may be used. Exact scheme, host and port, or one whole left-most label."""

import re

# What a browser sends: lower case, punycode, no default port, no path, no trailing dot.
# Source: Fetch standard, https://fetch.spec.whatwg.org/#origin-header; RFC 6454 section 6.2.
SERIALIZED = re.compile(
    r"(https?)://((?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
    r"|\[[0-9a-f:.]{2,45}\])(?::([1-9][0-9]{0,4}))?",
    re.ASCII,
)
MAX_ORIGIN_CHARS = 300  # a host has at most 253 (RFC 1035 section 2.3.4)
WILDCARD = "://*."


def well_formed(origin: str) -> bool:
    """Say whether `origin` (untrusted) is serialized as a browser does it; `null` is not."""
    return len(origin) <= MAX_ORIGIN_CHARS and SERIALIZED.fullmatch(origin) is not None


def allowed(origin: str, allowlist: tuple[str, ...]) -> bool:
    """Say whether `origin` is on the list.

    Every entry is compared, found or not, so that the time does not tell which one matched.
    Args: origin: the Origin header, untrusted. allowlist: entries that `allowlists.check` passed.
    """
    found = False
    if well_formed(origin):
        for entry in allowlist:
            found |= origin == entry or (WILDCARD in entry and _under(origin, entry))
    return found


def _under(origin: str, entry: str) -> bool:
    scheme, _, base = entry.partition(WILDCARD)
    head = scheme + "://"
    if not (origin.startswith(head) and origin.endswith("." + base)):
        return False
    label = origin[len(head) : -len(base) - 1]
    return bool(label) and "." not in label
