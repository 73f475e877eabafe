"""From a request to the operation of Secret Manager or Cloud KMS that answers it."""

from infra.local.identity.calls import Call, Service
from infra.local.identity.tokens import TokenInvalid, parse
from infra.local.kms import routes as kms_routes
from infra.local.kms import states
from infra.local.secrets import routes as secret_routes
from infra.local.wire.messages import Answer, Malformed, Request
from infra.local.wire.routes import find, route
from infra.local.wire.statuses import Refused


async def _move_clock(call: Call) -> Answer:
    """`{"now_ms": ...}` or `{"advance_ms": ...}`; then due versions of keys are destroyed."""
    body, clock = call.request.json, call.service.clock
    if "now_ms" in body:
        clock.set(int(body["now_ms"]))
    clock.advance(int(body.get("advance_ms", 0)))
    states.destroy_due(call.service)
    return Answer.of({"now_ms": clock.now_ms()})


_CLOCK = route("POST", "/_standin/clock", "clock", _move_clock)
ROUTES = [*secret_routes.ROUTES, *kms_routes.ROUTES, _CLOCK]


class Server:
    """Both services behind their routes."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle(self, request: Request) -> Answer:
        """Answer one request; a refusal becomes the API's error."""
        try:
            found = find(ROUTES, request.method, request.path)
            if found is None:
                raise Refused("NOT_FOUND", f"no such operation: {request.method} {request.path}")
            row, fields = found
            return await row.handler(Call(self._service, request, fields, parse(request.bearer)))
        except Refused as refused:
            return refused.answer()
        except Malformed as error:
            return Refused("INVALID_ARGUMENT", str(error)).answer()
        except TokenInvalid:
            message = "Request had invalid authentication credentials."
            return Refused("UNAUTHENTICATED", message).answer()
