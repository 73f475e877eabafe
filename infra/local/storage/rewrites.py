"""Copying an object inside the service: how an object gets another key.

Source: https://docs.cloud.google.com/storage/docs/json_api/v1/objects/rewrite
"""

from infra.local.storage.calls import Call
from infra.local.storage.errors import invalid
from infra.local.storage.fields import WRITABLE
from infra.local.storage.objects import find
from infra.local.storage.preconditions import require
from infra.local.storage.rewrite_tokens import Rewrite
from infra.local.storage.writes import NewObject, store
from infra.local.wire.messages import Answer, Json

# What one call copies at most if the client names no limit, bytes.
DEFAULT_STEP_BYTES = 64 * 1024 * 1024
# `maxBytesRewrittenPerCall` is a multiple of this, bytes.
STEP_UNIT_BYTES = 1024 * 1024


async def rewrite(call: Call) -> Answer:
    """`objects.rewrite`: all of a small object, or one step of a large one and a token.

    The source's metadata, customTime too, goes along unless the body brings its own; then none
    of the source's does.
    """
    _, source = find(call, "storage.objects.get", "sourceGeneration")
    require(call.query, source, prefix="ifSource")
    if "kmsKeyName" in source:
        await call.service.keys.require(source["kmsKeyName"], "decrypt")
    size = int(source["size"])
    step = _step(call.query)
    token = call.query.get("rewriteToken", "")
    if size > step or token:
        bucket, name = call.fields["to_bucket"], call.fields["to_name"]
        call.bucket("storage.objects.create", bucket, object=name)
        key = call.query.get("destinationKmsKeyName", "")
        origin = (source["bucket"], source["name"], int(source["generation"]))
        work = Rewrite(origin, (bucket, name), key)
        token = token or call.service.rewrites.begin(work)
        done = call.service.rewrites.advance(token, work, step)
        if done < size:
            return Answer.of(_progress(done, size) | {"rewriteToken": token})
    resource = await _copy(call, source)
    call.service.rewrites.end(token)
    return Answer.of(_progress(size, size) | {"resource": resource})


def _step(query: dict[str, str]) -> int:
    text = query.get("maxBytesRewrittenPerCall", str(DEFAULT_STEP_BYTES))
    if not text.isdecimal() or int(text) == 0 or int(text) % STEP_UNIT_BYTES:
        raise invalid("maxBytesRewrittenPerCall is a multiple of 1 MiB.")
    return int(text)


def _progress(done: int, size: int) -> Json:
    return {
        "kind": "storage#rewriteResponse",
        "totalBytesRewritten": str(done),
        "objectSize": str(size),
        "done": done == size,
    }


async def _copy(call: Call, source: Json) -> Json:
    own = {key: value for key, value in call.request.json.items() if key in WRITABLE}
    metadata = own or {key: source[key] for key in WRITABLE if key in source}
    metadata["storageClass"] = call.request.json.get("storageClass") or source["storageClass"]
    query = {key: value for key, value in call.query.items() if not key.startswith("ifSource")}
    query.pop("kmsKeyName", None)
    if key := query.get("destinationKmsKeyName"):
        query["kmsKeyName"] = key
    content = call.service.database.content(int(source["generation"]), 0, int(source["size"]))
    to_bucket, to_name = call.fields["to_bucket"], call.fields["to_name"]
    return await store(call, NewObject(to_bucket, to_name, metadata, content, query))
