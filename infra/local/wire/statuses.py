"""Refusals in the shape of Google's newer APIs, by canonical code.

Source: https://google.aip.dev/193
"""

from infra.local.wire.messages import Answer

_HTTP = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
}


class Refused(Exception):
    """A request that the API would decline. Args: code: canonical, for example `NOT_FOUND`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def answer(self) -> Answer:
        """The refusal as the API sends it."""
        status = _HTTP[self.code]
        error = {"code": status, "message": self.message, "status": self.code}
        return Answer.of({"error": error}, status)
