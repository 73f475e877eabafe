"""Paces: how often something may be done across all instances, as a document of the next turn."""

from google.cloud.firestore import Client, Transaction

from lib import transactions


class Pace:
    """Turns at a fixed distance, handed out in order by `paces/{name}`."""

    def __init__(self, console: Client, name: str, every_s: float) -> None:
        """Keep the client of the `console` database. Args: every_s: seconds between turns."""
        self._db = console
        self._name = name
        self._every_s = every_s

    def take(self, now: float) -> float:
        """Return the Unix time of the caller's turn, `now` if nobody else is waiting.

        A turn that its taker does not use is lost, which only slows the others down.
        """
        document = self._db.document(f"paces/{self._name}")

        def body(transaction: Transaction) -> float:
            known = document.get(transaction=transaction).to_dict() or {}
            turn = max(now, float(known.get("next", 0.0)))
            transaction.set(document, {"next": turn + self._every_s})
            return turn

        return transactions.run(self._db, body)
