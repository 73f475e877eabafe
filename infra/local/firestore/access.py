"""Who may do what over REST: local tokens that name an account, and a table of rules.

Firestore's IAM is per database (https://cloud.google.com/firestore/docs/manage-databases). The
verbs stand for the permissions datastore.entities.get and list (read), create (create) and all
of create, update and delete (write).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.firestore import names
from infra.local.firestore.errors import Code, Refused
from infra.local.firestore.protos import Write
from infra.local.identity import tokens

READ, CREATE, WRITE = "read", "create", "write"

Rules = Mapping[str, Mapping[str, Iterable[str]]]  # account -> database id -> verbs


@dataclass(frozen=True, slots=True)
class Access:
    """The rules, or none: then everything is allowed."""

    rules: Rules | None = None

    def require(self, bearer: str | None, database: str, verb: str) -> None:
        """Refuse a caller that may not use the database like this.

        Args: bearer: the token, untrusted. database: `projects/{p}/databases/{d}`.
        Raises: Refused: UNAUTHENTICATED or PERMISSION_DENIED.
        """
        if self.rules is None:
            return
        try:
            caller = tokens.parse(bearer)
        except tokens.TokenInvalid as wrong:
            raise _unauthenticated() from wrong
        if caller.account not in self.rules:
            raise _unauthenticated()
        allowed = self.rules[caller.account].get(names.database_id(database), ())
        # A credential access boundary is Cloud Storage's: a narrowed token opens nothing here.
        if caller.boundary or (verb not in allowed and (verb != CREATE or WRITE not in allowed)):
            raise Refused(Code.PERMISSION_DENIED, "Missing or insufficient permissions.")


def _unauthenticated() -> Refused:
    return Refused(
        Code.UNAUTHENTICATED,
        "Request had invalid authentication credentials. Expected an OAuth 2 access token.",
    )


def load(file: Path) -> Access:
    """Read the rules' file: account -> database id -> list of verbs."""
    return Access(json.loads(file.read_text(encoding="utf-8")))


def verb_of(writes: Iterable[Write]) -> str:
    """Return what an account must be allowed for these writes."""
    return CREATE if all(map(_only_creates, writes)) else WRITE


def _only_creates(write: Write) -> bool:
    condition = write.current_document
    creates = condition.WhichOneof("condition_type") == "exists" and not condition.exists
    return bool(creates and write.WhichOneof("operation") == "update")
