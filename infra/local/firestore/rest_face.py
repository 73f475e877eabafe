"""The REST face: v1 JSON for the functions that speak it, with accounts and faults.

Source: https://cloud.google.com/firestore/docs/reference/rest
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from infra.local.firestore import access, names
from infra.local.firestore.errors import Code, Refused, invalid
from infra.local.firestore.faults import CUT_AFTER, CUT_BEFORE, Faults
from infra.local.firestore.http1 import Request, Response
from infra.local.firestore.json_messages import from_answer, to_request
from infra.local.firestore.service import Service

_RESOURCE = re.compile(
    r"/v1/(?P<name>(?P<database>projects/[^/:]+/databases/[^/:]+)/documents(?:/[^:]*)?)"
    r"(?::(?P<method>[A-Za-z]+))?"
)


@dataclass(frozen=True, slots=True)
class Method:
    """A REST method: its name on gRPC, what serves it, and whether its answer is a JSON array."""

    name: str
    serve: Callable[[Any], Any]
    streams: bool = False
    of_parent: bool = False  # the URL names a parent, not the database


class RestFace:
    """Answers requests below /v1/projects."""

    def __init__(self, service: Service, rules: access.Access, faults: Faults) -> None:
        self.requests: Counter[str] = Counter()  # by method
        self._access = rules
        self._faults = faults
        self._get = Method("GetDocument", service.get_document)
        self._methods = {
            "batchGet": Method("BatchGetDocuments", service.batch_get_documents, streams=True),
            "batchWrite": Method("BatchWrite", service.batch_write),
            "beginTransaction": Method("BeginTransaction", service.begin_transaction),
            "commit": Method("Commit", service.commit),
            "rollback": Method("Rollback", service.rollback),
            "runAggregationQuery": Method(
                "RunAggregationQuery", service.run_aggregation_query, streams=True, of_parent=True
            ),
            "runQuery": Method("RunQuery", service.run_query, streams=True, of_parent=True),
        }

    async def answer(self, request: Request) -> Response | None:
        """Answer a request, or None to cut its connection."""
        path = unquote(request.target.partition("?")[0])
        resource = _RESOURCE.fullmatch(path)
        key = resource["method"] or "get" if resource else "unknown"
        self.requests[key] += 1
        method = self._methods.get(key, self._get)
        fault = self._faults.take(key)
        if fault is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
            if fault.status == CUT_BEFORE:
                return None
        try:
            if fault is not None and (refusal := fault.refusal()):
                raise refusal
            answers = self._served(request, resource, method)
        except Refused as refused:
            return refusal_response(refused, in_array=method.streams)
        if fault is not None and fault.status == CUT_AFTER:
            return None
        return json_response(answers)

    def _served(self, request: Request, resource: re.Match[str] | None, method: Method) -> Any:
        if resource is None or request.method != ("POST" if resource["method"] else "GET"):
            raise Refused(Code.NOT_FOUND, "The requested URL was not found on this server.")
        message = _message(request, resource, method)
        verb = access.verb_of(message.writes) if hasattr(message, "writes") else access.READ
        self._access.require(request.headers.get("authorization", ""), resource["database"], verb)
        answer = method.serve(message)
        return [from_answer(each) for each in answer] if method.streams else from_answer(answer)


def _message(request: Request, resource: re.Match[str], method: Method) -> Any:
    if resource["method"] is None:
        return to_request(method.name, {}, {"name": resource["name"]})
    if method.name == "GetDocument":
        raise Refused(Code.NOT_FOUND, "The requested URL was not found on this server.")
    if method.of_parent:
        return to_request(method.name, parsed(request.body), {"parent": resource["name"]})
    if names.segments(resource["name"]):
        raise invalid("This method is the database's: it takes no path after documents.")
    return to_request(method.name, parsed(request.body), {"database": resource["database"]})


def parsed(body: bytes) -> dict[str, Any]:
    """Return a request's JSON object.

    Raises: Refused: INVALID_ARGUMENT.
    """
    try:
        found = json.loads(body or b"{}")
    except ValueError as wrong:
        raise invalid(f"Invalid JSON payload received. {wrong}") from wrong
    if not isinstance(found, dict):
        raise invalid("Invalid JSON payload received. Not an object.")
    return found


def json_response(content: Any) -> Response:
    """Return a 200 with JSON."""
    return Response(200, json.dumps(content, separators=(",", ":")).encode())


def refusal_response(refused: Refused, *, in_array: bool = False) -> Response:
    """Return Google's error object; streaming methods wrap it in an array.

    Source: https://cloud.google.com/apis/design/errors#http_mapping
    """
    status = refused.code.http_status
    error = {"error": {"code": status, "message": refused.message, "status": refused.code.name}}
    return Response(status, json.dumps([error] if in_array else error).encode())
