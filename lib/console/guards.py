"""What stands before a console's handler: same origin, JSON, and failures turned into refusals."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib import web
from lib.errors import Refusal
from lib.google_failures import as_unavailable

MAX_FORM_BYTES = 4 * 1024  # an address, a password of 256 characters, a token

OWN = ("same-origin", "none")  # our own page, or an address that somebody typed

Reading = Callable[[Request], Response]
Changing = Callable[[Request, dict[str, Any]], Response]


class CrossOrigin(Refusal):
    """Another origin's page asked, or, for a change, something that hides where it is."""

    status, code = HTTPStatus.FORBIDDEN, "cross_origin"


class NotJson(Refusal):
    """A change came as something that a plain form on another site could send."""

    status, code = HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json"


def reading(handler: Reading) -> Reading:
    """Return `handler` for a route that changes nothing but the audit log.

    A sibling subdomain is the same site to a SameSite cookie: its page could fill a member's audit
    log with replays that they never watched. Browsers say who asks; what says nothing is no page.
    Source: W3C Fetch Metadata, https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
    """

    def guarded(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", OWN[0]) not in OWN:
            raise CrossOrigin("this request must come from the console itself")
        with as_unavailable():
            return handler(request)

    return guarded


def changing(
    handler: Changing, origin: str, limit: int = MAX_FORM_BYTES
) -> Callable[[Request], Awaitable[Response]]:
    """Return `handler` for a route that changes something: only from `origin`, only JSON.

    Args: limit: bytes of the largest body.

    The cookie is SameSite=Strict as well; this holds where a browser or a sibling site does not.
    Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet (verifying origin).
    """

    def work(request: Request, body: dict[str, Any]) -> Response:
        with as_unavailable():
            return handler(request, body)

    async def guarded(request: Request) -> Response:
        if request.headers.get("origin") != origin:
            raise CrossOrigin("this request must come from the console itself")
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise NotJson("send application/json")
        body = await web.read_json(request, limit)
        return await run_in_threadpool(work, request, body)

    return guarded
