"""The web layer: whatever a handler does, every request gets one honest answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from lib import web
from lib.errors import BodyTooLarge, BodyTooSlow, Refusal, Unavailable
from tests.edge_world import client

LIMIT = 100


class Teapot(Refusal):
    """A refusal of the test's own."""

    status, code = HTTPStatus.IM_A_TEAPOT, "teapot"


def app(handler: Any, **options: Any) -> httpx.AsyncClient:
    return client(web.App([web.Route("POST", "/x/{name}", handler)], **options))


async def read(request: Request) -> Response:
    return Response(await web.read_body(request, LIMIT))


async def chunks(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


async def test_a_refusal_is_a_problem_document_with_the_security_headers() -> None:
    async def refuse(_: Request) -> Response:
        raise Teapot("short and stout", retry_after_s=7)

    answer = await app(refuse).post("/x/y")
    assert answer.status_code == 418
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "7"
    assert answer.json()["code"] == "teapot"
    assert answer.headers.items() >= {k.lower(): v for k, v in web.SECURITY_HEADERS.items()}.items()


@pytest.mark.parametrize(
    "error", [ValueError, KeyError, RecursionError, MemoryError, AssertionError]
)
async def test_any_other_exception_is_a_bare_500_logged_by_type_and_place(
    error: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    async def crash(_: Request) -> Response:
        raise error("token=abc")

    answer = await app(crash).post("/x/y")
    line = json.loads(capsys.readouterr().err)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert (line["event"], line["kind"], line["route"]) == (
        "internal_error",
        error.__name__,
        "/x/{name}",
    )
    assert line["at"].startswith("crash:")
    assert "abc" not in answer.text + json.dumps(line)


async def test_a_plain_handler_runs_in_a_thread_and_is_treated_alike() -> None:
    def refuse(_: Request) -> Response:
        raise Teapot("no")

    assert (await app(refuse).post("/x/y")).status_code == 418


async def test_a_handlers_own_header_wins() -> None:
    async def own(_: Request) -> Response:
        return Response(b"", headers={"Cache-Control": "max-age=60"})

    answer = await app(own).post("/x/y")
    assert answer.headers.get_list("Cache-Control") == ["max-age=60"]


@pytest.mark.parametrize(
    ("sent", "status"), [("https", 418), ("http", 403), (None, 403), ("https,http", 403)]
)
async def test_deployed_only_https_is_answered(sent: str | None, status: int) -> None:
    async def refuse(_: Request) -> Response:
        raise Teapot("reached")

    headers = {"X-Forwarded-Proto": sent} if sent else {}
    answer = await app(refuse, require_https=True).post("/x/y", headers=headers)
    assert answer.status_code == status


async def test_a_405_names_every_method_of_the_path() -> None:
    routes = [web.Route("POST", "/x", read), web.Route("PUT", "/x", read)]
    answer = await client(web.App(routes)).get("/x")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, PUT")


@pytest.mark.parametrize(("size", "status"), [(0, 200), (LIMIT, 200), (LIMIT + 1, 413)])
async def test_a_body_is_read_up_to_its_limit(size: int, status: int) -> None:
    answer = await app(read).post("/x/y", content=b"x" * size)
    assert answer.status_code == status
    assert len(answer.content) == size if status == 200 else answer.headers["Connection"] == "close"


@pytest.mark.parametrize(("sizes", "status"), [((60, 40), 200), ((60, 41), 413), ((101, 1), 413)])
async def test_a_body_in_chunks_is_counted_as_it_comes(sizes: tuple[int, ...], status: int) -> None:
    assert (await app(read).post("/x/y", content=chunks(*sizes))).status_code == status


def request(messages: list[Any], **headers: str) -> Request:
    """A request whose body is `messages`: chunks, pauses in seconds, or None for a lost client."""

    async def receive() -> dict[str, Any]:
        if not messages:
            await asyncio.Event().wait()
        message = messages.pop(0)
        if message is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": message, "more_body": True}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw}, receive)


async def test_reading_stops_at_the_limit_however_much_would_follow() -> None:
    endless = [b"x" * 60] * 1_000
    with pytest.raises(BodyTooLarge):
        await web.read_body(request(endless), LIMIT)
    assert len(endless) == 998


@pytest.mark.parametrize("length", ["101", "-1", "1e2", "0x10", "9" * 5_000, "", "\xb2", "1,1"])
async def test_an_announced_length_that_is_too_long_or_no_number_is_not_waited_for(
    length: str,
) -> None:
    with pytest.raises(BodyTooLarge):
        await web.read_body(request([], content_length=length), LIMIT)


async def test_a_body_that_stalls_is_given_up() -> None:
    with pytest.raises(BodyTooSlow):
        await web.read_body(request([b"x", b"x"]), LIMIT, deadline_s=0.05)


async def test_a_client_that_leaves_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ClientDisconnect):
        await web.read_body(request([b"x", None]), LIMIT)

    async def leave(_: Request) -> Response:
        raise ClientDisconnect

    with pytest.raises(AssertionError):  # httpx: nothing was answered
        await app(leave).post("/x/y")
    assert json.loads(capsys.readouterr().err)["event"] == "client_left"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 99, b'{"x":NaN}', b'{"x":"\\ud800"}']
)
async def test_json_that_is_no_object_is_malformed(body: bytes) -> None:
    async def parse(request: Request) -> Response:
        return web.json_response(await web.read_json(request))

    assert (await app(parse).post("/x/y", content=body)).json()["code"] == "malformed"


def test_a_lazy_value_is_made_once_and_not_before() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    lazy = web.Lazy(make)
    assert not made
    assert (lazy(), lazy()) == (1, 1)


def test_only_a_wait_that_was_given_becomes_a_header() -> None:
    assert "Retry-After" not in web.problem(Unavailable("x")).headers
    assert web.problem(Unavailable("x", retry_after_s=0)).headers["Retry-After"] == "0"
