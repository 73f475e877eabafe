"""The REST face: v1 JSON for the functions that speak it, with accounts and faults.

Source: https://cloud.google.com/firestore/docs/reference/rest
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from infra.local.firestore import access
from infra.local.firestore.errors import Code, Refused, invalid
from infra.local.firestore.faults import CUT_AFTER, CUT_BEFORE, Faults
from infra.local.firestore.json_messages import from_answer, to_request
from infra.local.firestore.json_values import Json
from infra.local.firestore.service import Service
from infra.local.wire.messages import CUT, Answer, Malformed, Request

MAX_REQUEST_BYTES = 10 << 20  # https://cloud.google.com/firestore/quotas#api_request_size

_RESOURCE = re.compile(
    r"/v1/(?P<name>(?P<database>projects/[^/:]+/databases/[^/:]+)/documents(?P<path>/[^:]*)?)"
    r"(?::(?P<method>[A-Za-z]+))?"
)


@dataclass(frozen=True, slots=True)
class Method:
    """A REST method: its name on gRPC, what serves it, and how it is called."""

    name: str
    serve: Callable[[Any], Any]
    verb: str = "POST"
    subject: str = "database"  # the request's field that the URL fills
    streams: bool = False  # whether its answer is a JSON array


class RestFace:
    """Answers requests below /v1/projects."""

    def __init__(self, service: Service, rules: access.Access, faults: Faults) -> None:
        self.requests: Counter[str] = Counter()  # by method
        self._access = rules
        self._faults = faults
        self._methods = {
            "batchGet": Method("BatchGetDocuments", service.batch_get_documents, streams=True),
            "batchWrite": Method("BatchWrite", service.batch_write),
            "beginTransaction": Method("BeginTransaction", service.begin_transaction),
            "commit": Method("Commit", service.commit),
            "get": Method("GetDocument", service.get_document, verb="GET", subject="name"),
            "rollback": Method("Rollback", service.rollback),
            "runAggregationQuery": Method(
                "RunAggregationQuery", service.run_aggregation_query, subject="parent", streams=True
            ),
            "runQuery": Method("RunQuery", service.run_query, subject="parent", streams=True),
        }

    async def answer(self, request: Request) -> Answer:
        """Answer a request; a fault may delay it, refuse it or cut its connection."""
        resource = _RESOURCE.fullmatch(request.path)
        key = resource["method"] or "get" if resource else "unknown"
        self.requests[key] += 1
        method = self._methods.get(key)
        fault = self._faults.take(key)
        if fault is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
            if fault.status == CUT_BEFORE:
                return CUT
        try:
            if fault is not None and (told := fault.refusal()):
                raise told
            if resource is None or method is None or request.method != method.verb:
                raise Refused(Code.NOT_FOUND, "The requested URL was not found on this server.")
            answers = self._served(request, resource, method)
        except Refused as refused:
            return refusal(refused, in_array=method is not None and method.streams)
        if fault is not None and fault.status == CUT_AFTER:
            return CUT
        return Answer.of(answers)

    def _served(self, request: Request, resource: re.Match[str], method: Method) -> Any:
        message = _message(request, resource, method)
        verb = access.verb_of(message.writes) if hasattr(message, "writes") else access.READ
        self._access.require(request.bearer, resource["database"], verb)
        answer = method.serve(message)
        return [from_answer(each) for each in answer] if method.streams else from_answer(answer)


def _message(request: Request, resource: re.Match[str], method: Method) -> Any:
    if method.subject == "database":
        if resource["path"]:
            raise invalid("This method is the database's: it takes no path after documents.")
        return to_request(method.name, parsed(request), {"database": resource["database"]})
    return to_request(method.name, parsed(request), {method.subject: unquote(resource["name"])})


def parsed(request: Request) -> Json:
    """Return a request's JSON object.

    Raises: Refused: INVALID_ARGUMENT.
    """
    if len(request.body) > MAX_REQUEST_BYTES:
        raise invalid(f"Request payload size exceeds the limit: {MAX_REQUEST_BYTES} bytes.")
    try:
        return request.json
    except Malformed as wrong:
        raise invalid(f"Invalid JSON payload received. {wrong}") from wrong


def refusal(refused: Refused, *, in_array: bool = False) -> Answer:
    """Return Google's error object; streaming methods wrap it in an array.

    Source: https://cloud.google.com/apis/design/errors#http_mapping
    """
    status = refused.code.http_status
    error = {"error": {"code": status, "message": refused.message, "status": refused.code.name}}
    return Answer.of([error] if in_array else error, status)
