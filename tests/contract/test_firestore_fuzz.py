"""The stand-in and the official emulator give the same answers to random writes and queries.

FIRESTORE_FUZZ_SEED and FIRESTORE_FUZZ_S choose another run: a failure names its seed.
"""

import json
import os
import time
from random import Random
from typing import Any

import pytest

from tests.contract import firestore_fuzz
from tests.contract.firestore_faces import Database, Refusal
from tests.contract.firestore_targets import Target, noted_skip

SEED = int(os.environ.get("FIRESTORE_FUZZ_SEED", "1"))
BUDGET_S = float(os.environ.get("FIRESTORE_FUZZ_S", "9"))  # for each of the two tests
DOCUMENTS = 40


@pytest.fixture
def both(request: pytest.FixtureRequest) -> tuple[Database, Database]:
    """The same empty database in the stand-in and in the emulator."""
    with noted_skip():
        official = Database(request.getfixturevalue("firestore_emulator").face("grpc"))
    target: Target = request.getfixturevalue("firestore_stand_in")
    ours = Database(target.face("grpc"))
    ours.root = official.root
    return ours, official


def test_random_queries_answer_alike(both: tuple[Database, Database]) -> None:
    random = Random(SEED)
    documents = {f"d{each}": firestore_fuzz.fields(random) for each in range(DOCUMENTS)}
    for database in both:
        database.commit(*(database.update(f"k/{i}", each) for i, each in documents.items()))
    tried, end = 0, time.monotonic() + BUDGET_S
    while time.monotonic() < end:
        query = firestore_fuzz.query(random)
        ours, theirs = (_outcome(database.ids, query) for database in both)
        assert ours == theirs, f"seed {SEED}, query {tried}: {json.dumps(query)}"
        tried += 1
    assert tried > 10


def test_random_writes_leave_the_same_documents(both: tuple[Database, Database]) -> None:
    random = Random(SEED)
    tried, end = 0, time.monotonic() + BUDGET_S
    while time.monotonic() < end:
        writes = firestore_fuzz.writes(random)
        asked = [write(both[0]) for write in writes]
        outcomes = [_outcome(_results, database, asked) for database in both]
        stored = [_outcome(database.query, {"from": [{"collectionId": "k"}]}) for database in both]
        about = f"seed {SEED}, commit {tried}: {json.dumps(asked)}"
        assert outcomes[0] == outcomes[1], about
        assert _timeless(stored[0]) == _timeless(stored[1]), about
        tried += 1
    assert tried > 10


def _outcome(call: Any, *arguments: Any) -> Any:
    """Return the answer, or the refusal's status."""
    try:
        return call(*arguments)
    except Refusal as refusal:
        return refusal.status


def _results(database: Database, writes: list[Any]) -> list[Any]:
    answer = database.commit(*writes)
    return [each.get("transformResults") for each in answer["writeResults"]]


def _timeless(documents: Any) -> list[Any]:
    """Return documents without the times that differ, and whether an update ever changed them."""
    return [
        {
            "name": each["name"],
            "fields": each.get("fields"),
            "updated": each["createTime"] != each["updateTime"],
        }
        for each in documents
    ]
