"""Users: people who sign in, by email address. A user may belong to several tenants."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client, Transaction

from lib import transactions
from lib.errors import Malformed, Refusal
from lib.identifiers import RandomBytes, UserId, matches, random_base32

SETUP_TOKEN = re.compile(r"setup_[a-z2-7]{32}", re.ASCII)
SETUP_TTL = timedelta(days=7)  # an invitation sent before a weekend still works after it
MAX_EMAIL = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f.]+")


class SetupExpired(Refusal):
    """The one-time link was used, has expired, or never existed."""

    status, code = HTTPStatus.GONE, "setup_expired"


@dataclass(frozen=True, slots=True)
class User:
    """One person. `password` is the Argon2id string, None until the setup link is used."""

    id: UserId
    email: str
    password: str | None
    epoch: int


def parse_email(text: object) -> str:
    """Return a plausible address; whether it is the person's is proved by using the link.

    Raises: Malformed.
    """
    if not isinstance(text, str) or len(text) > MAX_EMAIL or not EMAIL.fullmatch(text):
        raise Malformed("`email` is not an email address")
    return text


def email_key(email: str) -> str:
    """Return the id under which an address is found: addresses stay out of document names."""
    return sha256(email.lower().encode()).hexdigest()


def new_setup_token(random: RandomBytes) -> str:
    """Return a fresh one-time token (160 random bits), to be shown once."""
    return "setup_" + random_base32(32, random)


def setup_id(token: str) -> str:
    """Return the document id of a setup token: its SHA-256, so that a reader cannot use it."""
    return sha256(token.encode("ascii")).hexdigest()


class Users:
    """Every user of the installation; what belongs to one tenant is in `members`."""

    def __init__(self, console: Client) -> None:
        """Keep the client of the `console` database."""
        self._db = console

    def get(self, user: UserId) -> User | None:
        """Return the user, or None."""
        return _parse(user, self._db.document(f"users/{user}").get().to_dict())

    def find(self, email: str) -> User | None:
        """Return the user with this address (any case), or None after the same two reads."""
        key = email_key(email)
        known = self._db.document(f"emails/{key}").get().to_dict()
        return self.get(UserId(known["user"] if known else f"u_{key[:16]}"))

    def ensure(self, email: str, candidate: UserId, *, created: datetime) -> UserId:
        """Return the id of the user with this address, creating them as `candidate` if new."""
        address = self._db.document(f"emails/{email_key(email)}")

        def body(transaction: Transaction) -> UserId:
            known = address.get(transaction=transaction).to_dict()
            if known:
                return UserId(known["user"])
            transaction.create(address, {"user": candidate})
            transaction.create(
                self._db.document(f"users/{candidate}"),
                {
                    "email": email,
                    "email_key": email_key(email),
                    "password": None,
                    "epoch": 1,
                    "created": created,
                },
            )
            return candidate

        return transactions.run(self._db, body)

    def offer_setup(self, user: UserId, setup: str, *, created: datetime) -> None:
        """Store a one-time link by its id (see `setup_id`); a second call changes nothing.

        A user who has a password gets none: an invitation must not be a way to reset it.
        """
        found = self.get(user)
        if found is None or found.password is not None:
            return
        try:
            self._db.document(f"setups/{setup}").create(
                {"user": user, "expire_at": created + SETUP_TTL}
            )
        except AlreadyExists:
            return

    def replace_setup(
        self, transaction: Transaction, user: UserId, former: str, setup: str, now: datetime
    ) -> bool:
        """Offer the link `setup` instead of `former`, by their ids; False if there is a password.

        Args: transaction: has written nothing yet.
        """
        person = self._db.document(f"users/{user}").get(transaction=transaction).to_dict()
        if person is None or person["password"] is not None:
            return False
        transaction.delete(self._db.document(f"setups/{former}"))
        fresh = {"user": user, "expire_at": now + SETUP_TTL}
        transaction.create(self._db.document(f"setups/{setup}"), fresh)
        return True

    def withdraw_setup(self, setup: str) -> None:
        """Remove a one-time link by its id, if it is there."""
        self._db.document(f"setups/{setup}").delete()

    def peek_setup(self, token: object, *, now: datetime) -> User:
        """Return the user whom a setup token (untrusted) invites, without using it up.

        Raises: SetupExpired.
        """
        if not isinstance(token, str) or not matches(SETUP_TOKEN, token):
            raise SetupExpired("this link is not valid: ask for a new one")
        found = self._db.document(f"setups/{setup_id(token)}").get().to_dict()
        user = self.get(UserId(_live(found, now)["user"]))
        if user is None or user.password is not None:
            raise SetupExpired("this link was used: sign in with your password")
        return user

    def use_setup(self, token: str, password: str, *, now: datetime) -> User:
        """Set the invited user's `password` (an Argon2id string) and use the token up, at once.

        Raises: SetupExpired: another request used it first.
        """
        link = self._db.document(f"setups/{setup_id(token)}")

        def body(transaction: Transaction) -> User:
            invited = _live(link.get(transaction=transaction).to_dict(), now)
            person = self._db.document(f"users/{invited['user']}")
            user = _parse(UserId(invited["user"]), person.get(transaction=transaction).to_dict())
            if user is None or user.password is not None:
                raise SetupExpired("this link was used: sign in with your password")
            transaction.update(person, {"password": password, "epoch": user.epoch + 1})
            transaction.delete(link)
            return User(user.id, user.email, password, user.epoch + 1)

        return transactions.run(self._db, body)

    def store_hash(self, user: UserId, password: str) -> None:
        """Replace the stored hash of an unchanged password, after its parameters were raised."""
        self._db.document(f"users/{user}").update({"password": password})


def _live(setup: Mapping[str, Any] | None, now: datetime) -> Mapping[str, Any]:
    if setup is None or setup["expire_at"] <= now.astimezone(UTC):
        raise SetupExpired("this link has expired: ask for a new one")
    return setup


def _parse(user: UserId, fields: Mapping[str, Any] | None) -> User | None:
    if fields is None:
        return None
    return User(user, fields["email"], fields["password"], fields["epoch"])
