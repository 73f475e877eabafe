"""Random documents, writes and queries, the same for the same seed."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.contract.firestore_faces import Database
from tests.contract.firestore_json import (
    Json,
    all_of,
    any_of,
    cursor,
    encode,
    ordered,
    where,
    within,
)

PATHS = ("a", "b", "c", "m.x")
_SCALARS = (
    *(None, True, False, 0, 1, 2, -1, 1.0, 1.5, -0.0, 2**53, 2**53 + 1, float(2**53)),
    *(float("nan"), float("inf"), float("-inf"), "", "a", "ab", "é", "😀", "\uffff", b"", b"a"),
    *(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
)
_COMPARISONS = (
    *("EQUAL", "EQUAL", "NOT_EQUAL", "LESS_THAN", "LESS_THAN_OR_EQUAL", "GREATER_THAN"),
    *("GREATER_THAN_OR_EQUAL", "ARRAY_CONTAINS"),
)
_LISTS = ("IN", "NOT_IN", "ARRAY_CONTAINS_ANY")
_UNARY = ("IS_NULL", "IS_NAN", "IS_NOT_NULL", "IS_NOT_NAN")


def value(random: Random) -> Any:
    """Return a value: mostly a scalar, else a small array or map."""
    if random.random() < 0.7:
        return random.choice(_SCALARS)
    if random.random() < 0.5:
        return [random.choice(_SCALARS) for _ in range(random.randrange(3))]
    return {random.choice("xyz"): random.choice(_SCALARS) for _ in range(random.randrange(3))}


def fields(random: Random) -> Json:
    """Return a document's fields; any of them may be absent."""
    found = {name: value(random) for name in "abc" if random.random() < 0.8}
    return found | ({"m": {"x": random.choice(_SCALARS)}} if random.random() < 0.5 else {})


def query(random: Random) -> Json:
    """Return a query of the collection `k`, possible or not."""
    found = within("k")
    filters = [_filter(random) for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3)))]
    if filters:
        join = random.choice((all_of, all_of, any_of))
        found["where"] = filters[0] if len(filters) == 1 else join(*filters)
    if random.random() < 0.6:
        paths = random.sample(PATHS, random.choice((1, 1, 2)))
        if random.random() < 0.4:
            values = [random.choice(_SCALARS) for _ in range(random.randrange(1, len(paths) + 1))]
            end = random.choice(("startAt", "startAt", "endAt"))
            found[end] = cursor(values, before=random.random() < 0.5)
        elif random.random() < 0.3:
            paths.append("__name__")
        found["orderBy"] = ordered(*(random.choice(("", "-")) + path for path in paths))
    if random.random() < 0.3:
        found["limit"] = random.randrange(1, 6)
    if random.random() < 0.1:
        found["offset"] = random.randrange(4)
    return found


def _filter(random: Random) -> Json:
    path = random.choice(PATHS)
    kind = random.choice((*_COMPARISONS, *_LISTS, *_UNARY))
    if kind in _UNARY:
        return {"unaryFilter": {"field": {"fieldPath": path}, "op": kind}}
    if kind in _LISTS:
        return where(path, kind, [random.choice(_SCALARS) for _ in range(random.randrange(1, 4))])
    return where(path, kind, value(random))


def writes(random: Random) -> list[Callable[[Database], Json]]:
    """Return the writes of one commit, some of which contradict what is stored."""
    paths = [f"k/d{each}" for each in range(6)]
    # To different documents: the emulator refuses some sequences on one that production takes.
    return [_write(random, path) for path in random.sample(paths, random.choice((1, 1, 1, 2, 3)))]


def _write(random: Random, path: str) -> Callable[[Database], Json]:
    condition = random.choice((None, None, None, {"exists": True}, {"exists": False}))
    if random.random() < 0.15:
        return lambda database: database.delete(path, **(condition or {}))
    content = fields(random)
    more: Json = {} if condition is None else {"condition": condition}
    if random.random() < 0.5:
        more["mask"] = random.sample((*PATHS, "m", "new.deep"), random.randrange(4))
    if random.random() < 0.4:
        more["transforms"] = [_transform(random) for _ in range(random.choice((1, 1, 2)))]
    return lambda database: database.update(path, content, **more)


def _transform(random: Random) -> Json:
    path = random.choice(PATHS)
    kind = random.choice(("increment", "maximum", "minimum", "append", "remove"))
    if kind in ("append", "remove"):
        name = "appendMissingElements" if kind == "append" else "removeAllFromArray"
        values = [encode(random.choice(_SCALARS)) for _ in range(random.randrange(3))]
        return {"fieldPath": path, name: {"values": values}}
    numbers = (0, 1, -1, 2.5, -0.0, float("nan"), float("inf"), 2**63 - 1, -(2**63))
    return {"fieldPath": path, kind: encode(random.choice(numbers))}
