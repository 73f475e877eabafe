"""What the local commands share: telling the person at the terminal, and asking a function."""

import json
import urllib.request
from typing import Any

ANSWER_S = 30.0  # a first request wires its function, on two busy cores


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(text, flush=True)


def post(url: str, body: object, origin: str = "") -> dict[str, Any]:
    """POST JSON and return the answer's JSON. Raises: urllib.error.URLError."""
    headers = {"Content-Type": "application/json", **({"Origin": origin} if origin else {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
        parsed: dict[str, Any] = json.loads(answer.read() or b"{}")
        return parsed
