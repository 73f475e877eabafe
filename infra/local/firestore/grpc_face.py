"""The gRPC face, for Google's own clients. Those send it no token, so it knows no accounts."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, NoReturn

import grpc

from infra.local.firestore import listings
from infra.local.firestore.errors import Refused
from infra.local.firestore.protos import Proto, message, serialized
from infra.local.firestore.service import Service
from infra.local.firestore.store import Store

MAX_REQUEST_BYTES = 11 << 20  # Firestore's own limit is 10 MiB; leave the refusal to it
MAX_RESPONSE_BYTES = 64 << 20

_grpc: Any = grpc  # its functions have no annotations
_Context = Any  # grpc.aio.ServicerContext is generic for type checkers only
_STATUS = {status.value[0]: status for status in grpc.StatusCode}


class GrpcFace:
    """A gRPC server on loopback."""

    def __init__(self, service: Service, store: Store) -> None:
        self.requests: Counter[str] = Counter()  # by method
        self._unary: dict[str, Callable[[Any], Proto]] = {
            "BatchWrite": service.batch_write,
            "BeginTransaction": service.begin_transaction,
            "Commit": service.commit,
            "GetDocument": service.get_document,
            "ListCollectionIds": partial(listings.list_collection_ids, store),
            "ListDocuments": partial(listings.list_documents, store),
            "Rollback": service.rollback,
        }
        self._streams = {
            "BatchGetDocuments": service.batch_get_documents,
            "RunAggregationQuery": service.run_aggregation_query,
            "RunQuery": service.run_query,
        }

    async def start(self, port: int) -> tuple[grpc.aio.Server, int]:
        """Listen and return the server and its port.

        Args: port: 0 for a free one.
        """
        server = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", MAX_REQUEST_BYTES),
                ("grpc.max_send_message_length", MAX_RESPONSE_BYTES),
                ("grpc.so_reuseport", 0),
            ]
        )
        server.add_generic_rpc_handlers((self._handlers(),))
        bound = server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        return server, bound

    def _handlers(self) -> Any:
        handlers = {
            name: _grpc.unary_unary_rpc_method_handler(
                self._answer_once(name, method), _parser(name), serialized
            )
            for name, method in self._unary.items()
        }
        for name, method in self._streams.items():
            handlers[name] = _grpc.unary_stream_rpc_method_handler(
                self._answer_many(name, method), _parser(name), serialized
            )
        return _grpc.method_handlers_generic_handler("google.firestore.v1.Firestore", handlers)

    def _answer_once(self, name: str, method: Callable[[Any], Proto]) -> Callable[..., Any]:
        async def answer(request: Any, context: _Context) -> Proto:
            self.requests[name] += 1
            try:
                return method(request)
            except Refused as refused:
                await _abort(context, refused)

        return answer

    def _answer_many(
        self, name: str, method: Callable[[Any], list[Any]]
    ) -> Callable[..., AsyncIterator[Any]]:
        async def answer(request: Any, context: _Context) -> AsyncIterator[Any]:
            self.requests[name] += 1
            try:
                answers = method(request)
            except Refused as refused:
                await _abort(context, refused)
            for each in answers:
                yield each

        return answer


def _parser(name: str) -> Callable[[bytes], Any]:
    parse: Callable[[bytes], Any] = message(f"{name}Request").FromString
    return parse


async def _abort(context: _Context, refused: Refused) -> NoReturn:
    await context.abort(_STATUS[refused.code.number], refused.message)
    raise AssertionError("abort always raises")
