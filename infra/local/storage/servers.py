"""From a request to the operation that answers it."""

import asyncio

from infra.local.identity.projects import STORAGE_AGENT
from infra.local.identity.tokens import TokenInvalid, parse
from infra.local.storage import (
    batches,
    buckets,
    controls,
    downloads,
    listings,
    objects,
    policies,
    rewrites,
    uploads,
)
from infra.local.storage.calls import Call, Service
from infra.local.storage.errors import Problem, invalid, not_found
from infra.local.storage.faults import CUT_AFTER, CUT_BEFORE
from infra.local.wire.messages import CUT, Answer, Malformed, Request
from infra.local.wire.routes import find, route

_BATCH = "/batch/storage/v1"
_BUCKET = "/storage/v1/b/{bucket}"
_OBJECT = _BUCKET + "/o/{name}"


async def _get_or_download(call: Call) -> Answer:
    wants_bytes = call.query.get("alt") == "media"
    return await (downloads.download(call) if wants_bytes else objects.get(call))


async def _service_account(_: Call) -> Answer:
    kind = "storage#serviceAccount"
    return Answer.of({"kind": kind, "email_address": STORAGE_AGENT})


# The most frequent first.
_ROUTES = [
    route("POST", "/upload" + _BUCKET + "/o", "objects.insert", uploads.insert),
    route("PUT", "/upload" + _BUCKET + "/o", "objects.insert", uploads.resume),
    route("GET", "/download" + _OBJECT, "objects.get", downloads.download),
    route("GET", _OBJECT, "objects.get", _get_or_download),
    route("GET", _BUCKET + "/o", "objects.list", listings.list_objects),
    route("PATCH", _OBJECT, "objects.patch", objects.patch),
    route("DELETE", _OBJECT, "objects.delete", objects.delete),
    route(
        "POST",
        _OBJECT + "/rewriteTo/b/{to_bucket}/o/{to_name}",
        "objects.rewrite",
        rewrites.rewrite,
    ),
    route("POST", "/storage/v1/b", "buckets.create", buckets.create),
    route("GET", "/storage/v1/b", "buckets.list", buckets.list_buckets),
    route("GET", _BUCKET, "buckets.get", buckets.get),
    route("PATCH", _BUCKET, "buckets.patch", buckets.patch),
    route("DELETE", _BUCKET, "buckets.delete", buckets.delete),
    route("GET", _BUCKET + "/iam", "buckets.getIamPolicy", policies.get),
    route("PUT", _BUCKET + "/iam", "buckets.setIamPolicy", policies.put),
    route("GET", _BUCKET + "/iam/testPermissions", "buckets.testIamPermissions", policies.test),
    route("GET", "/storage/v1/projects/{project}/serviceAccount", "projects.get", _service_account),
]
CONTROLS = [
    route("POST", "/_standin/faults", "arm", controls.arm),
    route("DELETE", "/_standin/faults", "disarm", controls.disarm),
    route("GET", "/_standin/counts", "counts", controls.counts),
    route("POST", "/_standin/clock", "clock", controls.move_clock),
    route("POST", "/_standin/limits", "limits", controls.limit),
    route("POST", "/_standin/buckets", "foreign", controls.add_foreign),
]


class Server:
    """The service behind its routes."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle(self, request: Request) -> Answer:
        """Answer one request; a Problem becomes the API's error."""
        try:
            if request.method == "POST" and request.path == _BATCH:
                return await batches.answer(request, self.handle)
            return await self._dispatch(request)
        except Problem as problem:
            return problem.answer()
        except Malformed as error:
            return invalid(str(error)).answer()
        except TokenInvalid:
            return Problem(401, "authError", "Invalid Credentials").answer()

    async def _dispatch(self, request: Request) -> Answer:
        if found := find(CONTROLS, request.method, request.path):
            row, fields = found
            return await row.handler(Call(self._service, request, fields, parse(None)))
        found = find(_ROUTES, request.method, request.path)
        if found is None:
            raise not_found(f"no such operation: {request.method} {request.path}")
        row, fields = found
        name = fields.get("name") or request.query.get("name", "")
        cut = await self._suffer(row.operation, fields, name)
        if cut == CUT_BEFORE:
            return CUT
        call = Call(self._service, request, fields, parse(request.bearer))
        answer = await row.handler(call)
        return CUT if cut == CUT_AFTER else answer

    async def _suffer(self, operation: str, fields: dict[str, str], name: str) -> str:
        """Wait and fail as tests ordered; returns which cut is due."""
        for fault in self._service.faults.strike(operation, fields, name):
            if fault.delay_ms:
                await asyncio.sleep(fault.delay_ms / 1000)
            if isinstance(fault.status, str):
                return fault.status
            if fault.status:
                raise Problem(fault.status, "backendError", "A test asked for this failure.")
        return ""
