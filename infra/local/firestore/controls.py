"""What only a stand-in has: faults, counts and the passing of time, under /_standin/."""

from collections.abc import Awaitable, Callable

from infra.local.firestore import expiry
from infra.local.firestore.errors import Code, Refused, invalid
from infra.local.firestore.faults import Faults
from infra.local.firestore.grpc_face import GrpcFace
from infra.local.firestore.rest_face import RestFace, parsed, refusal
from infra.local.firestore.service import Service
from infra.local.firestore.store import Store
from infra.local.wire.messages import Answer, Request

PREFIX = "/_standin/"


class Controls:
    """Routes /_standin/ to the controls and everything else to the REST face."""

    def __init__(
        self,
        rest: RestFace,
        grpc: GrpcFace,
        service: Service,
        store: Store,
        faults: Faults,
        ttl_field: str,
    ) -> None:
        self._rest = rest
        self._grpc = grpc
        self._service = service
        self._store = store
        self._faults = faults
        self._ttl_field = ttl_field
        self._routes: dict[tuple[str, str], Callable[[Request], object]] = {
            ("POST", "faults"): self._arm,
            ("DELETE", "faults"): self._disarm,
            ("GET", "counts"): self._counts,
            ("POST", "expire"): self._expire,
        }

    def answer(self, request: Request) -> Awaitable[Answer]:
        """Answer any request on the REST port."""
        if request.target.startswith(PREFIX):
            return self._control(request)
        return self._rest.answer(request)

    async def _control(self, request: Request) -> Answer:
        try:
            route = self._routes.get((request.method, request.target.removeprefix(PREFIX)))
            if route is None:
                raise Refused(Code.NOT_FOUND, "There is no such control.")
            return Answer.of(route(request))
        except Refused as refused:
            return refusal(refused)

    def _arm(self, request: Request) -> object:
        self._faults.add(parsed(request))
        return {}

    def _disarm(self, _: Request) -> object:
        self._faults.clear()
        return {}

    def _counts(self, _: Request) -> object:
        """Requests by method; documents read and written by database. Controls are not counted."""
        return {
            "rest": self._rest.requests,
            "grpc": self._grpc.requests,
            "reads": self._service.reads,
            "writes": self._service.writes,
        }

    def _expire(self, request: Request) -> object:
        now_ms = parsed(request).get("now_ms")
        if not isinstance(now_ms, int):
            raise invalid("now_ms must be Unix milliseconds.")
        return {"deleted": expiry.expire(self._store, self._ttl_field, now_ms)}
