"""Refusals: what we decline and can explain. `web` turns each into a problem document."""

from http import HTTPStatus
from typing import Any, ClassVar


class Refusal(Exception):
    """A request that we decline and can explain. Anything else is our bug and answers 500.

    Subclasses stand beside the code that raises them and set three class attributes. The
    message is shown to the caller: it never carries a token, a key, a body or an address.
    """

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    retry: ClassVar[bool] = False  # may the sender send the very same bytes again?

    def __init__(self, detail: str = "", *, retry_after_s: int | None = None) -> None:
        """Keep what the caller may know: `detail`, and the seconds to wait before a retry."""
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s

    def problem(self) -> dict[str, Any]:
        """Return the problem document.

        Source: RFC 9457 section 3; `code`, `retry` and `retry_after_s` are our extension members.
        """
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "code": self.code,
            "detail": self.detail,
            "retry": self.retry,
        }
        if self.retry_after_s is not None:
            body["retry_after_s"] = self.retry_after_s
        return body


class Malformed(Refusal):
    """The request is not of the form that the endpoint's documentation gives."""

    status, code = HTTPStatus.BAD_REQUEST, "malformed"


class NotFound(Refusal):
    """There is no such thing, or not for this caller: the two are never told apart."""

    status, code = HTTPStatus.NOT_FOUND, "not_found"


class MethodNotAllowed(Refusal):
    """The path exists, the method does not."""

    status, code = HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed"

    def __init__(self, allowed: list[str]) -> None:
        """Keep the methods that the path takes (RFC 9110 section 15.5.6)."""
        super().__init__("this path does not take this method")
        self.allowed = allowed


class BodyTooLarge(Refusal):
    """The body passed its cap; reading stopped there."""

    status, code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large"


class BodyTooSlow(Refusal):
    """The body did not arrive within its deadline."""

    status, code, retry = HTTPStatus.REQUEST_TIMEOUT, "body_too_slow", True


class InsecureTransport(Refusal):
    """The request reached the load balancer without TLS."""

    status, code = HTTPStatus.FORBIDDEN, "insecure_transport"


class Unavailable(Refusal):
    """A service behind us failed or was too slow; nothing was acknowledged."""

    status, code, retry = HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", True
