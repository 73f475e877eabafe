"""Log lines for Cloud Logging: one JSON object a line, a fixed event name, fields by name.

A caller passes identifiers of ours and numbers; never a token, key, body, full URL, address or IP.
"""

import json
import sys
from typing import Literal

Severity = Literal["INFO", "WARNING", "ERROR"]


def write(event: str, severity: Severity = "INFO", **fields: str | int | float | None) -> None:
    """Write one line to standard error, where Cloud Run picks it up.

    Args: event: fixed snake_case name. fields: opaque ids, codes, counts, milliseconds.
    Source: https://docs.cloud.google.com/logging/docs/structured-logging
    """
    line = {"severity": severity, "event": event, **fields}
    sys.stderr.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stderr.flush()
