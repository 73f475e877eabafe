"""The web layer of all four functions: routes, refusals, body caps, security headers, CORS.

A function's main.py builds one `App` and hands it to functions-framework, which awaits any ASGI
callable that a handler returns. Everything that can go wrong is turned into an answer here.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any, Generic, TypeVar, cast

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Message, Receive, Scope, Send

from lib import logs
from lib.errors import (
    BodyTooLarge,
    BodyTooSlow,
    InsecureTransport,
    Malformed,
    MethodNotAllowed,
    NotFound,
    Refusal,
)

BODY_DEADLINE_S = 20.0  # slower than any real client on a bad line; frees the connection's memory
LENGTH = re.compile(r"[0-9]{1,12}", re.ASCII)  # int() refuses thousands of digits by a crash
MAX_JSON_BYTES = 64 * 1024  # a console's largest form, the policy, is under 20 KiB

# Source: OWASP ASVS 5.0, 3.4 (browser security mechanism headers).
SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Any page may read our answers: they hold nothing that its visitor did not send (no credentials).
PUBLIC_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

T = TypeVar("T")
Handler = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]


class InternalError(Refusal):
    """Our bug. The log holds its type and place, never its message, which may quote input."""

    status, code, retry = HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", True


class Route(Struct, frozen=True):
    """One method on one path; `{name}` in the path becomes `request.path_params["name"]`.

    A plain `def` handler runs in a worker thread (Google's clients block), `async def` does not.
    """

    method: str
    path: str
    handler: Handler


class App:
    """An ASGI application that answers every request, whatever its handlers raise."""

    def __init__(
        self,
        routes: list[Route],
        *,
        headers: Mapping[str, str] | None = None,
        require_https: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep the table.

        Args: headers: set on every answer, over SECURITY_HEADERS, unless the handler set its own.
        require_https: refuse what the load balancer received without TLS (deployed functions).
        """
        self._table = [(compile_path(route.path)[0], route) for route in routes]
        self._waits = {route: iscoroutinefunction(route.handler) for route in routes}
        self._headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in {**SECURITY_HEADERS, **(headers or {})}.items()
        ]
        self._require_https = require_https
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing is raised to the server."""
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own = {name for name, _ in message["headers"]}  # Starlette's are lower case
                message["headers"] += [pair for pair in self._headers if pair[0] not in own]
            await send(message)

        try:
            response = await self._respond(scope, receive)
            await response(scope, receive, send_with_headers)
        except ClientDisconnect:
            logs.write("client_left", route=scope.get("sealtape.route"))
        except Exception as error:  # noqa: BLE001  # the one place: a bug answers 500 and is logged
            log_bug(scope, error)
            if not started:
                await problem(InternalError())(scope, receive, send_with_headers)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        begin = self._clock()
        try:
            route, params = self._find(scope)
            scope["sealtape.route"] = route.path
            scope["path_params"] = params
            request = Request(scope, receive)
            if self._require_https and request.headers.get("x-forwarded-proto") != "https":
                raise InsecureTransport("use https")
            if self._waits[route]:
                return await cast(Awaitable[Response], route.handler(request))
            return cast(Response, await run_in_threadpool(route.handler, request))
        except Refusal as refusal:
            logs.write(
                "refused",
                "WARNING" if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "INFO",
                route=scope.get("sealtape.route"),
                code=refusal.code,
                status=int(refusal.status),
                ms=round((self._clock() - begin) * 1000),
            )
            return problem(refusal)

    def _find(self, scope: Scope) -> tuple[Route, dict[str, str]]:
        allowed: list[str] = []
        for pattern, route in self._table:
            if found := pattern.match(scope["path"]):
                if scope["method"] == route.method:
                    return route, found.groupdict()
                allowed.append(route.method)
        if allowed:
            raise MethodNotAllowed(allowed)
        raise NotFound("there is nothing at this path")


class Lazy(Generic[T]):
    """Makes a value on first use: a client that is made at import hangs after the server forks."""

    def __init__(self, make: Callable[[], T]) -> None:
        """Keep `make`."""
        self._make = make
        self._made: T | None = None

    def __call__(self) -> T:
        """Return the one value."""
        if self._made is None:
            self._made = self._make()
        return self._made


def problem(refusal: Refusal) -> Response:
    """Return the refusal as a problem document (RFC 9457)."""
    response = json_response(refusal.problem(), status=refusal.status)
    response.headers["Content-Type"] = "application/problem+json"
    if refusal.retry_after_s is not None:
        response.headers["Retry-After"] = str(refusal.retry_after_s)
    if isinstance(refusal, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(refusal.allowed)
    if isinstance(refusal, BodyTooLarge | BodyTooSlow):
        response.headers["Connection"] = "close"  # the rest of the body is not worth reading
    return response


def json_response(body: object, *, status: int = HTTPStatus.OK) -> Response:
    """Return `body` as compact JSON."""
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status_code=status, media_type="application/json")


async def read_body(request: Request, limit: int, *, deadline_s: float = BODY_DEADLINE_S) -> bytes:
    """Return the body, reading no further than `limit` bytes nor longer than `deadline_s`.

    Raises: BodyTooLarge, BodyTooSlow.
    """
    announced = request.headers.get("content-length", "0")
    if not LENGTH.fullmatch(announced) or int(announced) > limit:
        raise BodyTooLarge(f"the body may have {limit} bytes")
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(deadline_s):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise BodyTooLarge(f"the body may have {limit} bytes")
                chunks.append(chunk)
    except TimeoutError:
        raise BodyTooSlow(f"the body must arrive within {deadline_s:g} s") from None
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_json(request: Request, limit: int = MAX_JSON_BYTES) -> dict[str, Any]:
    """Return the body as a JSON object.

    Raises: Malformed: not UTF-8, not JSON, or not an object. BodyTooLarge, BodyTooSlow.
    """
    body = await read_body(request, limit)
    try:
        value = msgspec.json.decode(body)  # stricter than json: no NaN, no half of a UTF-16 pair
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed("the body is not JSON") from None
    if not isinstance(value, dict):
        raise Malformed("the body is not a JSON object")
    return value


def log_bug(scope: Scope, error: BaseException) -> None:
    """Log where and what kind, without the message."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    code = place.tb_frame.f_code if place else None
    logs.write(
        "internal_error",
        "ERROR",
        route=scope.get("sealtape.route"),
        kind=type(error).__name__,
        at=f"{code.co_name}:{place.tb_lineno}" if code and place else None,
    )
