"""What Firestore declines, once for both faces."""

from enum import Enum


class Code(Enum):
    """Google's canonical codes: number on gRPC, status on HTTP.

    Source: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
    """

    INVALID_ARGUMENT = (3, 400)
    NOT_FOUND = (5, 404)
    ALREADY_EXISTS = (6, 409)
    PERMISSION_DENIED = (7, 403)
    RESOURCE_EXHAUSTED = (8, 429)
    FAILED_PRECONDITION = (9, 400)
    ABORTED = (10, 409)
    UNIMPLEMENTED = (12, 501)
    INTERNAL = (13, 500)
    UNAVAILABLE = (14, 503)
    UNAUTHENTICATED = (16, 401)

    @property
    def number(self) -> int:
        """The code on gRPC."""
        return self.value[0]

    @property
    def http_status(self) -> int:
        """The code on HTTP."""
        return self.value[1]


class Refused(Exception):
    """A request that Firestore declines. Anything else is a bug of the stand-in."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> Refused:
    """Return the refusal of a request that no state of the database could make right."""
    return Refused(Code.INVALID_ARGUMENT, message)


def not_offered(what: str) -> Refused:
    """Return the refusal of something that Firestore has and this stand-in does not."""
    return Refused(Code.UNIMPLEMENTED, f"The local stand-in does not offer {what}.")
