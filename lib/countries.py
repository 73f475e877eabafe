"""Countries: where a visitor is, as the operator's load balancer tells it; never an address.

Google's external Application Load Balancer writes `{client_region}` into a header that the operator
names (docs/deploy.md). Whoever reaches the function past it can write that header as well.
Source: https://cloud.google.com/load-balancing/docs/https/custom-headers-global
"""

import re
from collections.abc import Sequence

FORM = re.compile(r"[A-Z]{2}", re.ASCII)  # a region code of Unicode CLDR, as ISO 3166-1 alpha-2
UNKNOWN = "ZZ"  # CLDR's own word for not knowing


def told(values: Sequence[str]) -> str | None:
    """Return the country that a request's header names, or None.

    Args: values: every value that the request has under that header's name, untrusted. Of two, one
    may be the visitor's own, so that neither is believed.
    """
    known = len(values) == 1 and FORM.fullmatch(values[0]) and values[0] != UNKNOWN
    return values[0] if known else None
