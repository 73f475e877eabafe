"""Transactions of Google's Firestore client, for the two functions that use it."""

from collections.abc import Callable
from typing import TypeVar

from google.api_core.exceptions import Aborted, GoogleAPICallError, RetryError
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
        raise _contended() from None
    except ValueError as error:
        # The client says "attempts exhausted" with a ValueError; and when a transaction could not
        # begin, its own clean-up raises one that hides the reason.
        hidden = error.__cause__ or error.__context__
        if isinstance(hidden, Aborted):
            raise _contended() from None
        if isinstance(hidden, GoogleAPICallError | RetryError):
            raise hidden from None
        raise
    return result


def _contended() -> Unavailable:
    return Unavailable("busy: try again", retry_after_s=1)
