"""One way to call Firestore, over either wire: requests and answers as JSON of the v1 API."""

import secrets
from typing import Any, Protocol, cast

import grpc
import httpx
from google.api_core.exceptions import GoogleAPICallError
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports.grpc import FirestoreGrpcTransport
from google.cloud.firestore_v1.types import firestore
from google.protobuf import json_format

from tests.contract.firestore_json import Json, decode_fields, encode_fields

TIMEOUT_S = 30  # for one call; the emulator's first one takes seconds

_OWNER = ("authorization", "Bearer owner")  # what the emulator takes for an administrator

# REST method -> method of Google's client, request message, whether the answer is a stream
_METHODS = {
    "batchGet": ("batch_get_documents", "BatchGetDocumentsRequest", True),
    "batchWrite": ("batch_write", "BatchWriteRequest", False),
    "beginTransaction": ("begin_transaction", "BeginTransactionRequest", False),
    "commit": ("commit", "CommitRequest", False),
    "rollback": ("rollback", "RollbackRequest", False),
    "runAggregationQuery": ("run_aggregation_query", "RunAggregationQueryRequest", True),
    "runQuery": ("run_query", "RunQueryRequest", True),
}
_OF_PARENT = ("runAggregationQuery", "runQuery")


class Refusal(Exception):
    """Firestore's refusal; `status` is the canonical code's name."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Face(Protocol):
    """A way to reach Firestore."""

    def call(self, method: str, parent: str, body: Json) -> Any:
        """Call a REST method of the database or parent; return JSON. Raises: Refusal."""


class GrpcFace:
    """Google's own client, over gRPC."""

    def __init__(self, address: str) -> None:
        channel = cast(Any, grpc).insecure_channel(address)  # not annotated
        self._client = FirestoreClient(
            transport=FirestoreGrpcTransport(channel=channel, credentials=AnonymousCredentials())
        )

    def call(self, method: str, parent: str, body: Json) -> Any:
        """See Face."""
        name, request_type, streams = _METHODS[method]
        subject = "parent" if method in _OF_PARENT else "database"
        request_class = getattr(firestore, request_type)
        whole = {**body, subject: parent if subject == "parent" else parent.split("/documents")[0]}
        request = request_class.wrap(json_format.ParseDict(whole, request_class.pb()()))
        try:
            call = getattr(self._client, name)
            answer = call(request=request, timeout=TIMEOUT_S, retry=None, metadata=[_OWNER])
            if streams:
                return [_json(each) for each in answer]
            return _json(answer) if answer is not None else {}
        except GoogleAPICallError as error:
            status = error.grpc_status_code
            raise Refusal(status.name if status else "UNKNOWN", error.message) from error


class RestFace:
    """Plain JSON over HTTP/1.1."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(
            base_url=f"http://{address}/v1/", timeout=TIMEOUT_S, headers=[_OWNER]
        )

    def call(self, method: str, parent: str, body: Json) -> Any:
        """See Face."""
        response = self._http.post(f"{parent}:{method}", json=body)
        content = response.json()
        first = content[0] if isinstance(content, list) else content
        if response.status_code != httpx.codes.OK:
            raise Refusal(first["error"]["status"], first["error"]["message"])
        return content


class Database:
    """An empty database of a project that nobody else uses."""

    def __init__(self, face: Face, database: str = "edge-index") -> None:
        self.face = face
        self.root = f"projects/t-{secrets.token_hex(6)}/databases/{database}/documents"

    def name(self, path: str) -> str:
        """Return the full name of a document."""
        return f"{self.root}/{path}"

    def commit(self, *writes: Json, transaction: str | None = None) -> Json:
        """Commit writes."""
        body = {"writes": list(writes)} | ({"transaction": transaction} if transaction else {})
        answer: Json = self.face.call("commit", self.root, body)
        return answer

    def update(self, path: str, fields: Json, **more: Any) -> Json:
        """Return a write. `mask` lists field paths, `transforms` and `condition` are JSON."""
        write: Json = {"update": {"name": self.name(path), "fields": encode_fields(fields)}}
        if "mask" in more:
            write["updateMask"] = {"fieldPaths": more["mask"]}
        if "transforms" in more:
            write["updateTransforms"] = more["transforms"]
        if "condition" in more:
            write["currentDocument"] = more["condition"]
        return write

    def delete(self, path: str, **condition: Any) -> Json:
        """Return a write that deletes."""
        return {"delete": self.name(path)} | ({"currentDocument": condition} if condition else {})

    def set(self, path: str, fields: Json, **more: Any) -> Json:
        """Commit one update."""
        return self.commit(self.update(path, fields, **more))

    def stored(self, path: str, **selector: Any) -> Json | None:
        """Return a document as JSON, or None."""
        body = {"documents": [self.name(path)], **selector}
        answers = [each for each in self.face.call("batchGet", self.root, body) if len(each) > 1]
        document: Json | None = answers[0].get("found")
        return document

    def fields(self, path: str) -> Json | None:
        """Return a document's fields as Python values, or None if there is no document."""
        document = self.stored(path)
        return None if document is None else decode_fields(document.get("fields", {}))

    def query(self, structured: Json, parent: str | None = None) -> list[Json]:
        """Return the documents that a query finds."""
        answers = self.face.call("runQuery", parent or self.root, {"structuredQuery": structured})
        return [each["document"] for each in answers if "document" in each]

    def ids(self, structured: Json, parent: str | None = None) -> list[str]:
        """Return the ids of the documents that a query finds."""
        return [each["name"].rsplit("/", 1)[1] for each in self.query(structured, parent)]


def _json(answer: Any) -> Json:
    content: Json = json_format.MessageToDict(type(answer).pb(answer))
    return content
