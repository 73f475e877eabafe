"""Who may do what over REST: local tokens that name an account, and a table of rules.

Firestore's IAM is per database (https://cloud.google.com/firestore/docs/manage-databases). The
verbs stand for the permissions datastore.entities.get and list (read), create (create) and all
of create, update and delete (write).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.firestore import names
from infra.local.firestore.errors import Code, Refused
from infra.local.firestore.protos import Write

READ, CREATE, WRITE = "read", "create", "write"

Rules = Mapping[str, Mapping[str, Iterable[str]]]  # account -> database id -> verbs

_TOKEN = re.compile(r"Bearer local\.(?P<account>[^@\s]+@[^\s]+)\.[^.\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Access:
    """The rules, or none: then everything is allowed."""

    rules: Rules | None = None

    def require(self, authorization: str, database: str, verb: str) -> None:
        """Refuse a caller that may not use the database like this.

        Args: authorization: the header, untrusted. database: `projects/{p}/databases/{d}`.
        Raises: Refused: UNAUTHENTICATED or PERMISSION_DENIED.
        """
        if self.rules is None:
            return
        token = _TOKEN.fullmatch(authorization)
        if token is None or token["account"] not in self.rules:
            raise Refused(
                Code.UNAUTHENTICATED,
                "Request had invalid authentication credentials. Expected an OAuth 2 access token.",
            )
        allowed = self.rules[token["account"]].get(names.database_id(database), ())
        if verb not in allowed and (verb != CREATE or WRITE not in allowed):
            raise Refused(Code.PERMISSION_DENIED, "Missing or insufficient permissions.")


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
