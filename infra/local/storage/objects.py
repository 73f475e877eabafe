"""One object: reading and changing its metadata, deleting it."""

from infra.local.storage import retention
from infra.local.storage.calls import Call
from infra.local.storage.errors import invalid, not_found
from infra.local.storage.fields import WRITABLE, check_custom_time
from infra.local.storage.preconditions import require
from infra.local.wire.clocks import unix_ms
from infra.local.wire.messages import Answer, Json


def find(call: Call, permission: str, generation_field: str = "generation") -> tuple[Json, Json]:
    """The bucket and the object that the path names, if the caller may do this.

    Raises: Problem: 401, 403, 404.
    """
    name = call.fields["name"]
    bucket = call.bucket(permission, object=name)
    database = call.service.database
    generation = call.query.get(generation_field)
    if generation is None:
        found = database.live(bucket["name"], name)
    else:
        live = call.query.get("softDeleted", "").lower() != "true"
        if not generation.isdecimal():
            raise invalid(f"Invalid {generation_field}.")
        found = database.version(bucket["name"], name, int(generation), live=live)
    if found is None:
        raise not_found(f"No such object: {bucket['name']}/{name}")
    return bucket, found


async def get(call: Call) -> Answer:
    """`objects.get`: the metadata."""
    _, resource = find(call, "storage.objects.get")
    require(call.query, resource, reading=True)
    return Answer.of(resource)


async def patch(call: Call) -> Answer:
    """`objects.patch`: a JSON merge patch. A custom time only moves forward."""
    _, resource = find(call, "storage.objects.update")
    require(call.query, resource)
    before = resource.get("customTime")
    for key, value in call.request.json.items():
        if key not in WRITABLE:
            continue
        if isinstance(value, dict):
            value = {**resource.get(key, {}), **value}
            value = {inner: text for inner, text in value.items() if text is not None}
        resource[key] = value
        if not value:
            del resource[key]
    check_custom_time(resource)
    after = resource.get("customTime")
    if before and (not after or unix_ms(after) < unix_ms(before)):
        raise invalid("Custom time cannot be removed or set to an earlier time.")
    resource["metageneration"] = str(int(resource["metageneration"]) + 1)
    resource["updated"] = call.service.clock.now()
    call.service.database.save_object(resource)
    return Answer.of(resource)


async def delete(call: Call) -> Answer:
    """`objects.delete`."""
    bucket, resource = find(call, "storage.objects.delete")
    require(call.query, resource)
    retention.require_deletable(bucket, resource, call.service.clock)
    keep = retention.soft_delete(bucket, resource, call.service.clock)
    call.service.database.remove(resource, keep=keep)
    return Answer(204)
