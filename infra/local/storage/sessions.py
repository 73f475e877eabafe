"""Resumable uploads that have begun, in memory: after a restart a client begins anew."""

import secrets
from dataclasses import dataclass, field

from infra.local.storage.errors import Problem
from infra.local.wire.messages import Json


@dataclass
class UploadSession:
    """One upload. Args: query: of the request that began it, with its preconditions."""

    bucket: str
    metadata: Json
    query: dict[str, str]
    content: bytearray = field(default_factory=bytearray)


class UploadSessions:
    """Sessions by their secret id: whoever has the id may go on, as in the cloud."""

    def __init__(self) -> None:
        self._sessions: dict[str, UploadSession] = {}

    def begin(self, session: UploadSession) -> str:
        """Keep `session`; returns its id."""
        key = secrets.token_urlsafe(24)
        self._sessions[key] = session
        return key

    def get(self, key: str) -> UploadSession:
        """The session. Raises: Problem: 404."""
        if key not in self._sessions:
            raise Problem(404, "notFound", "The upload session does not exist.")
        return self._sessions[key]

    def end(self, key: str) -> None:
        """Forget the session."""
        self._sessions.pop(key, None)
