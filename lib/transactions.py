"""Transactions of Google's Firestore client, for the two functions that use it."""

from collections.abc import Callable
from typing import TypeVar

from google.api_core.exceptions import Aborted
from google.cloud.firestore import Client, Transaction, transactional

from lib.errors import Unavailable

T = TypeVar("T")

ATTEMPTS = 8  # contention on one document clears within a few tries; past that, ask to come back


def run(client: Client, body: Callable[[Transaction], T]) -> T:
    """Run `body` in a transaction, again from the start if another writer won; reads come first.

    Args: body: takes the transaction; may run several times, so it changes nothing outside it.
    Raises: Unavailable: still contended after ATTEMPTS.
    """
    try:
        result: T = transactional(body)(client.transaction(max_attempts=ATTEMPTS))
    except Aborted:
        raise Unavailable("busy: try again", retry_after_s=1) from None
    except ValueError as error:
        if isinstance(error.__cause__, Aborted):  # the client's way to say "attempts exhausted"
            raise Unavailable("busy: try again", retry_after_s=1) from None
        raise
    return result
