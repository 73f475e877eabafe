"""People as the console shows them: an opaque id, and the address of whoever is known by it."""

from collections.abc import Iterable

from google.cloud.firestore import Client

from lib.identifiers import USER, UserId, matches
from lib.users import Users

Shown = dict[str, str | None]


class People:
    """Looks people up by the ids that orders and versions are stored with."""

    def __init__(self, console: Client) -> None:
        """Keep the client of the `console` database."""
        self._users = Users(console)

    def shown(self, ids: Iterable[str]) -> dict[str, Shown]:
        """Return id -> `{id, email}`; the address is null for the operator and for the gone."""
        return {each: self._one(each) for each in set(ids)}

    def _one(self, by: str) -> Shown:
        user = self._users.get(UserId(by)) if matches(USER, by) else None
        return {"id": by, "email": user.email if user else None}
