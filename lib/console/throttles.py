"""Throttles: how often one account may be tried. The same for addresses that nobody has.

A failure is counted *before* the password is looked at, in a transaction, so that a hundred
guesses sent at once are a hundred failures.
"""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from google.cloud.firestore import Client, Transaction

from lib import transactions
from lib.errors import Refusal

FREE_TRIES = 5  # people mistype; OWASP ASVS 5.0 6.3.1 asks for a bound, not for a number
FIRST_WAIT_S = 30  # doubles with every further failure
MAX_WAIT_S = 900  # a quarter of an hour: about 100 guesses a day, and nobody is locked out for long
FORGET = timedelta(hours=24)  # a failure older than this no longer counts


class SignInThrottled(Refusal):
    """Too many failed sign-ins for this address, whether or not it has an account."""

    status, code, retry = HTTPStatus.TOO_MANY_REQUESTS, "sign_in_throttled", True


class Throttles:
    """Counts failures by account, in `throttles/{key}`, removed by TTL."""

    def __init__(self, console: Client) -> None:
        """Keep the client of the `console` database."""
        self._db = console

    def admit(self, key: str, *, now: float) -> None:
        """Count one try at account `key` (an `email_key`) as failed until `clear` is called.

        Raises: SignInThrottled: with the seconds to wait.
        """
        counter = self._db.document(f"throttles/{key}")
        at = datetime.fromtimestamp(now, UTC)

        def body(transaction: Transaction) -> None:
            known = counter.get(transaction=transaction).to_dict() or {}
            fresh = "expire_at" in known and known["expire_at"] > at
            failed = known["failed"] if fresh else 0
            if fresh and known["locked_until"] > now:
                raise SignInThrottled(
                    "too many tries: wait, then try again",
                    retry_after_s=max(1, round(known["locked_until"] - now)),
                )
            transaction.set(
                counter,
                {
                    "failed": failed + 1,
                    "locked_until": now + wait_s(failed + 1),
                    "expire_at": at + FORGET,
                },
            )

        transactions.run(self._db, body)

    def clear(self, key: str) -> None:
        """Forget the failures of `key`, after a sign-in that succeeded."""
        self._db.document(f"throttles/{key}").delete()


def wait_s(failed: int) -> int:
    """Return how long an account rests after its `failed`-th failure in a row."""
    if failed < FREE_TRIES:
        return 0
    return int(min(FIRST_WAIT_S * 2 ** min(failed - FREE_TRIES, 10), MAX_WAIT_S))
