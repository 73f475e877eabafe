"""Which function answers which method and path."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

from infra.local.wire.messages import Answer

S = TypeVar("S")


@dataclass(frozen=True)
class Route(Generic[S]):
    """One row: `operation` names it in counts and faults, for example `objects.insert`."""

    method: str
    pattern: re.Pattern[str]
    operation: str
    handler: Callable[[S], Awaitable[Answer]]


def route(
    method: str, template: str, operation: str, handler: Callable[[S], Awaitable[Answer]]
) -> Route[S]:
    """A row from a template such as `/b/{bucket}/o/{name}`; a field never spans a slash."""
    parts = re.split(r"(\{\w+\})", template)
    expression = "".join(
        f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part) for part in parts
    )
    return Route(method, re.compile(expression), operation, handler)


def find(table: list[Route[S]], method: str, path: str) -> tuple[Route[S], dict[str, str]] | None:
    """The first row that fits, and its fields percent-decoded; None if there is none.

    Args: path: still percent-encoded.
    """
    for row in table:
        if row.method == method and (match := row.pattern.fullmatch(path)):
            return row, {name: unquote(value) for name, value in match.groupdict().items()}
    return None
