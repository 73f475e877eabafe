"""The do-nothing function: what functions-framework itself costs with uvloop and httptools."""

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response


@functions_framework.aio.http
async def nothing(_request: Request) -> Response:
    """Answer."""
    return Response(b"ok")
