"""What only tests may ask, under `/_standin/`: faults, time, counts, limits, foreign buckets."""

from infra.local.storage import buckets, lifecycle
from infra.local.storage.calls import Call
from infra.local.storage.errors import invalid
from infra.local.storage.faults import Fault
from infra.local.storage.policies import initial_policy
from infra.local.wire.messages import Answer


async def arm(call: Call) -> Answer:
    """Add a fault; the body is described at `faults.Fault`."""
    call.service.faults.arm(Fault.of(call.request.json))
    return Answer.of({})


async def disarm(call: Call) -> Answer:
    """Take all faults away and count from zero."""
    call.service.faults.clear()
    return Answer.of({})


async def counts(call: Call) -> Answer:
    """How often each operation was asked, for example `{"objects.insert": 3}`."""
    return Answer.of(dict(call.service.faults.counts))


async def move_clock(call: Call) -> Answer:
    """`{"now_ms": ...}` or `{"advance_ms": ...}`; then lifecycle rules run."""
    body, clock = call.request.json, call.service.clock
    if "now_ms" in body:
        clock.set(int(body["now_ms"]))
    clock.advance(int(body.get("advance_ms", 0)))
    return Answer.of({"now_ms": clock.now_ms(), "deleted": lifecycle.run(call.service)})


async def limit(call: Call) -> Answer:
    """Set `bucket_interval_ms` or `enforcement_delay_ms`; 0 turns a limit off."""
    for name, value in call.request.json.items():
        if name not in ("bucket_interval_ms", "enforcement_delay_ms"):
            raise invalid(f"no limit is called {name}")
        setattr(call.service.limits, name, int(value))
    return Answer.of({})


async def add_foreign(call: Call) -> Answer:
    """A bucket of another project: a bucket resource with `name`, `projectNumber` and, if wanted,
    `bindings` that it grants to our accounts, as a squatter would."""
    body = call.request.json
    policy = initial_policy(body["name"]) | {"bindings": body.pop("bindings", [])}
    resource = await buckets.build(call, body, str(body["projectNumber"]))
    call.service.database.add_bucket(resource, policy)
    return Answer.of(resource)
