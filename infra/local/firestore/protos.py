"""Firestore's own messages, as google-cloud-firestore ships them, without its proto-plus wrapping.

Source: https://github.com/googleapis/googleapis/tree/master/google/firestore/v1
"""

from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.types import document, firestore, query, write

if TYPE_CHECKING:

    class Proto:
        """The messages are built at run time, so that nothing is known of them before."""

        def __init__(self, *parts: Any, **fields: Any) -> None: ...
        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, content: Any) -> None: ...

    class Document(Proto):
        FromString: Any

    class Empty(Proto): ...

    class StructuredQuery(Proto): ...

    class Timestamp(Proto): ...

    class Value(Proto):
        FromString: Any

    class Write(Proto): ...

    class WriteResult(Proto): ...

else:
    from google.protobuf.empty_pb2 import Empty  # noqa: F401
    from google.protobuf.message import Message as Proto
    from google.protobuf.timestamp_pb2 import Timestamp  # noqa: F401

    Document = document.Document.pb()
    StructuredQuery = query.StructuredQuery.pb()
    Value = document.Value.pb()
    Write = write.Write.pb()
    WriteResult = write.WriteResult.pb()

FieldOperator = query.StructuredQuery.FieldFilter.Operator
UnaryOperator = query.StructuredQuery.UnaryFilter.Operator
CompositeOperator = query.StructuredQuery.CompositeFilter.Operator
DESCENDING = int(query.StructuredQuery.Direction.DESCENDING)


def message(name: str) -> Any:
    """Return the class of a request or response message.

    Args: name: as in google.firestore.v1, for example `CommitRequest`.
    """
    return getattr(firestore, name).pb()


def serialized(body: Proto) -> bytes:
    """Return a message's bytes on the wire."""
    wire: bytes = body.SerializeToString()
    return wire
