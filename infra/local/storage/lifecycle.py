"""Deletion by age: lifecycle rules and the end of soft deletion.

Google runs these within a day or so of their time; the stand-in runs them when a test moves the
clock and when it starts.

Source: https://docs.cloud.google.com/storage/docs/lifecycle
"""

from collections.abc import Mapping

from infra.local.storage import retention
from infra.local.storage.calls import Service
from infra.local.storage.errors import Problem
from infra.local.wire.clocks import unix_ms
from infra.local.wire.messages import Json

_DAY_MS = 24 * 3600 * 1000


def run(service: Service) -> int:
    """Delete what is due in every bucket; returns how many objects went."""
    return sum(_run_bucket(service, bucket) for bucket in service.database.buckets())


def _run_bucket(service: Service, bucket: Json) -> int:
    database, now = service.database, service.clock.now_ms()
    gone = 0
    for resource in list(database.objects(bucket["name"], "", live=False)):
        if unix_ms(resource["hardDeleteTime"]) <= now:
            database.remove(resource, keep=False)
            gone += 1
    rules = [
        rule["condition"]
        for rule in bucket.get("lifecycle", {}).get("rule", [])
        if rule.get("action", {}).get("type") == "Delete"
    ]
    if not rules:
        return gone
    for resource in list(database.objects(bucket["name"], "", live=True)):
        if any(_due(condition, resource, now) for condition in rules):
            gone += _expire(service, bucket, resource)
    return gone


def _expire(service: Service, bucket: Json, resource: Json) -> int:
    try:
        retention.require_deletable(bucket, resource, service.clock)
    except Problem:
        return 0
    keep = retention.soft_delete(bucket, resource, service.clock)
    service.database.remove(resource, keep=keep)
    return 1


def _due(condition: Mapping[str, object], resource: Json, now: int) -> bool:
    """Whether every part of a rule's condition holds; an unknown part never does."""
    return bool(condition) and all(
        _part(name, value, resource, now) for name, value in condition.items()
    )


def _part(name: str, value: object, resource: Json, now: int) -> bool:
    if name == "age":
        return now - unix_ms(resource["timeCreated"]) >= int(str(value)) * _DAY_MS
    if name == "daysSinceCustomTime":
        custom = resource.get("customTime")
        return custom is not None and now - unix_ms(custom) >= int(str(value)) * _DAY_MS
    if name == "matchesPrefix":
        prefixes = value if isinstance(value, list) else []
        return any(resource["name"].startswith(prefix) for prefix in prefixes)
    return name == "isLive" and value is True
