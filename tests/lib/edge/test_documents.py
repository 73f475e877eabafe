"""Documents: Firestore's REST wire as Google's own client reads and writes it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lib.edge.documents import DocumentExists, Write, decode_value, encode_value
from lib.errors import Unavailable
from tests.edge_world import Edge

EVERY_KIND: dict[str, Any] = {
    "text": "caf\u00e9 \u2603",
    "empty": "",
    "yes": True,
    "no": False,
    "zero": 0,
    "big": 2**53,
    "negative": -(2**63),
    "real": 1.5,
    "nothing": None,
    "bytes": b"\x00\xff",
    "time": datetime(2026, 11, 23, 13, 7, 54, 123456, tzinfo=UTC),
    "list": ["a", 1, None, {"b": [2]}],
    "empty list": [],
    "map": {"a": {"b": 1}},
    "empty map": {},
}


async def test_what_googles_client_wrote_is_read_the_same(edge: Edge) -> None:
    edge.write("tenants/t", EVERY_KIND)
    assert await edge.documents("edge-config").get("tenants/t") == EVERY_KIND


async def test_what_we_wrote_googles_client_reads_the_same(edge: Edge) -> None:
    fields: dict[tuple[str, ...], Any] = {(name,): value for name, value in EVERY_KIND.items()}
    await edge.documents("edge-index").commit([Write("tenants/t", set=fields)])
    assert edge.read("tenants/t") == EVERY_KIND


async def test_a_document_that_is_not_there_is_none(edge: Edge) -> None:
    assert await edge.documents("edge-config").get("tenants/none") is None


async def test_a_write_leaves_other_fields_alone(edge: Edge) -> None:
    edge.write("a/b", {"kept": 1, "map": {"kept": 2, "x": 0}}, "edge-index")
    write = Write("a/b", set={("map", "x"): 3, ("map", "new", "deep"): 4})
    await edge.documents("edge-index").commit([write])
    assert edge.read("a/b") == {"kept": 1, "map": {"kept": 2, "x": 3, "new": {"deep": 4}}}


async def test_merges_may_arrive_twice_and_in_any_order(edge: Edge) -> None:
    page = ("pages", "p_2")
    writes = [
        Write("a/b", maximum={("last",): 5}, minimum={(*page, "first"): 7}, union={("u",): ["x"]}),
        Write("a/b", maximum={("last",): 3}, minimum={(*page, "first"): 9}, union={("u",): ["y"]}),
    ]
    index = edge.documents("edge-index")
    for each in (writes, writes[::-1], writes):
        await index.commit(each)
    assert edge.read("a/b") == {"last": 5, "pages": {"p_2": {"first": 7}}, "u": ["x", "y"]}


async def test_counters_add_up(edge: Edge) -> None:
    index = edge.documents("edge-index")
    for _ in range(2):
        await index.commit([Write("a/b", add={("n",): 2})])
    assert edge.read("a/b") == {"n": 4}


async def test_a_create_happens_once(edge: Edge) -> None:
    write = Write("a/b", set={("x",): 1}, create=True)
    index = edge.documents("edge-index")
    await index.commit([write])
    with pytest.raises(DocumentExists):
        await index.commit([write])


async def test_writes_are_applied_together_or_not_at_all(edge: Edge) -> None:
    index = edge.documents("edge-index")
    await index.commit([Write("a/taken", set={("x",): 1}, create=True)])
    with pytest.raises(DocumentExists):
        await index.commit([Write("a/b", set={("x",): 1}), Write("a/taken", create=True)])
    assert edge.read("a/b") is None


@pytest.mark.parametrize("status", [429, 503, "cut-before"])
async def test_a_passing_failure_is_retried_and_a_lasting_one_unavailable(
    edge: Edge, status: int | str
) -> None:
    index = edge.documents("edge-index")
    edge.fault("firestore", method="batchGet", status=status, count=2)
    assert await index.get("a/b") is None
    edge.fault("firestore", method="batchGet", status=status, count=3)
    with pytest.raises(Unavailable) as refused:
        await index.get("a/b")
    assert refused.value.retry_after_s


@pytest.mark.parametrize("name", ["a-b", "a.b", "1a", "a b", "\u00e9", "a`b", "a\\b", "a\\`b"])
async def test_a_field_of_any_name_is_found_again(edge: Edge, name: str) -> None:
    index = edge.documents("edge-index")
    await index.commit([Write("a/b", set={(name,): 1}, add={("n", name): 1})])
    assert edge.read("a/b") == {name: 1, "n": {name: 1}}


def test_a_value_that_firestore_has_not_is_our_bug() -> None:
    with pytest.raises(TypeError, match="set"):
        encode_value({1})


@pytest.mark.parametrize("value", EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_kind_survives(value: object) -> None:
    assert decode_value(encode_value(value)) == value
