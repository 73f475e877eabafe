"""How far long rewrites have come."""

import secrets
from dataclasses import dataclass

from infra.local.storage.errors import invalid


@dataclass(frozen=True)
class Rewrite:
    """What a rewrite copies, from one generation to one name under one key."""

    source: tuple[str, str, int]
    destination: tuple[str, str]
    key: str


class RewriteTokens:
    """Bytes done by token. They live in memory: a restart makes clients begin anew."""

    def __init__(self) -> None:
        self._done: dict[str, tuple[Rewrite, int]] = {}

    def begin(self, rewrite: Rewrite) -> str:
        """A token for a rewrite of which nothing is done."""
        token = secrets.token_urlsafe(24)
        self._done[token] = (rewrite, 0)
        return token

    def advance(self, token: str, rewrite: Rewrite, by: int) -> int:
        """Count `by` more bytes; returns the sum.

        Raises: Problem: 400, the token is unknown or belongs to another rewrite.
        """
        known, done = self._done.get(token, (None, 0))
        if known != rewrite:
            raise invalid("The rewrite token does not fit this request.")
        self._done[token] = (rewrite, done + by)
        return done + by

    def end(self, token: str) -> None:
        """Forget a finished rewrite."""
        self._done.pop(token, None)
