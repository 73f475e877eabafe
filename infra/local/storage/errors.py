"""A refusal in Cloud Storage's JSON shape.

Source: https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes
"""

from infra.local.wire.messages import Answer


class Problem(Exception):
    """A request that Cloud Storage would decline.

    Args: status: HTTP status. reason: the API's word for it. message: for people.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message

    def answer(self) -> Answer:
        """The problem as the API sends it; 304 has no body (RFC 9110 section 15.4.5)."""
        if self.status == 304:
            return Answer(304)
        detail = {"message": self.message, "domain": "global", "reason": self.reason}
        error = {"code": self.status, "message": self.message, "errors": [detail]}
        return Answer.of({"error": error}, self.status)


def not_found(what: str) -> Problem:
    """404 for a bucket or an object."""
    return Problem(404, "notFound", what)


def invalid(message: str) -> Problem:
    """400 for a request that makes no sense."""
    return Problem(400, "invalid", message)


def unmet(condition: str) -> Problem:
    """412: a precondition, or a rule of the bucket, does not hold."""
    message = f"At least one of the pre-conditions you specified did not hold. ({condition})"
    return Problem(412, "conditionNotMet", message)
