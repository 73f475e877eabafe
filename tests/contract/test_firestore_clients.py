"""Google's own clients, sync and async, as console_api and provision_bucket use them."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud.firestore import (
    SERVER_TIMESTAMP,
    ArrayUnion,
    AsyncClient,
    AsyncTransaction,
    Client,
    FieldFilter,
    Increment,
    Query,
    Transaction,
    async_transactional,
    transactional,
)

from tests.contract.firestore_targets import Target

RACERS, ROUNDS = 3, 2  # the emulator takes seconds to settle a race
MAX_ATTEMPTS = 50  # of one transaction: contention is the point of the test


@pytest.fixture
def client(firestore_target: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Google's sync client of an empty database."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_target.grpc)
    with_project = Client(project=f"t-{secrets.token_hex(6)}", database="console")
    yield with_project
    with_project.close()


@pytest.fixture
def async_client(firestore_target: Target, monkeypatch: pytest.MonkeyPatch) -> AsyncClient:
    """Google's async client of an empty database."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_target.grpc)
    return AsyncClient(project=f"t-{secrets.token_hex(6)}", database="console")


def test_a_document_lives_from_create_to_delete(client: Client) -> None:
    user = client.document("users/u1")
    assert not user.get().exists
    user.create({"email": "a@example.com", "created": SERVER_TIMESTAMP, "failed": 0})
    with pytest.raises(AlreadyExists):
        user.create({"email": "b@example.com"})
    user.update({"failed": Increment(1), "names.first": "A", "roles": ArrayUnion(["owner"])})
    stored = user.get().to_dict() or {}
    assert abs(stored.pop("created") - datetime.now(UTC)) < timedelta(minutes=1)
    assert stored == {
        "email": "a@example.com",
        "failed": 1,
        "names": {"first": "A"},
        "roles": ["owner"],
    }
    user.set({"names": {"last": "B"}}, merge=True)
    assert user.get().get("names") == {"first": "A", "last": "B"}
    user.delete()
    assert not user.get().exists
    with pytest.raises(NotFound):
        user.update({"failed": 0})


def test_a_stale_writer_is_refused(client: Client) -> None:
    user = client.document("users/u1")
    user.set({"n": 1})
    seen = user.get()
    user.set({"n": 2})
    with pytest.raises(FailedPrecondition):
        user.update({"n": 3}, client.write_option(last_update_time=seen.update_time))


def test_batches_are_atomic(client: Client) -> None:
    batch = client.batch()
    batch.create(client.document("users/u1"), {"n": 1})
    batch.update(client.document("users/none"), {"n": 1})
    with pytest.raises(NotFound):
        batch.commit()
    assert not client.document("users/u1").get().exists


def test_queries_page_and_count(client: Client) -> None:
    audit = client.collection("tenants/t1/audit")
    for seq in range(12):
        audit.document(f"a{seq:02d}").set({"seq": seq, "actor": f"u{seq % 2}"})
    newest = audit.order_by("seq", direction=Query.DESCENDING)
    first = list(newest.limit(5).stream())
    assert [each.get("seq") for each in first] == [11, 10, 9, 8, 7]
    assert [each.get("seq") for each in newest.limit(2).start_after(first[-1]).stream()] == [6, 5]
    last_two = [each.get("seq") for each in audit.order_by("seq").limit_to_last(2).get()]
    assert last_two == [10, 11]
    mine = audit.where(filter=FieldFilter("actor", "==", "u1")).order_by("seq")
    assert [each.get("seq") for each in mine.stream()] == [1, 3, 5, 7, 9, 11]
    counting: Any = mine.count()
    assert counting.get()[0][0].value == 6
    assert [each.id for each in client.collection_group("audit").limit(2).stream()] == [
        "a00",
        "a01",
    ]


def test_lists_name_documents_and_collections(client: Client) -> None:
    client.document("tenants/t1/members/u1").set({"role": "owner"})
    client.document("tenants/t1/audit/a1").set({"seq": 1})
    client.document("tenants/t2").set({"name": "acme"})
    assert [each.id for each in client.collections()] == ["tenants"]
    assert [each.id for each in client.collection("tenants").list_documents()] == ["t1", "t2"]
    assert [each.id for each in client.document("tenants/t1").collections()] == ["audit", "members"]
    listed = client.collection("tenants").list_documents(page_size=1)
    assert [each.id for each in listed] == ["t1", "t2"]


def test_a_transaction_that_raises_leaves_nothing(client: Client) -> None:
    user = client.document("users/u1")

    @transactional
    def fail(transaction: Transaction) -> None:
        user.get(transaction=transaction)
        transaction.set(user, {"n": 1})
        raise LookupError

    with pytest.raises(LookupError):
        fail(client.transaction())
    assert not user.get().exists


def test_racing_transactions_lose_no_update(client: Client) -> None:
    counter = client.document("counters/c")
    counter.set({"n": 0})

    @transactional
    def add_one(transaction: Transaction) -> None:
        seen = counter.get(transaction=transaction)
        transaction.update(counter, {"n": seen.get("n") + 1})

    def race(_: int) -> None:
        for _ in range(ROUNDS):
            add_one(client.transaction(max_attempts=MAX_ATTEMPTS))

    with ThreadPoolExecutor(RACERS) as pool:
        list(pool.map(race, range(RACERS)))
    assert counter.get().get("n") == RACERS * ROUNDS


def test_only_one_of_racing_claims_wins(client: Client) -> None:
    """As two tenants that claim one key's name: a query inside a transaction guards against it."""
    claims = client.collection("claims")

    @transactional
    def claim(transaction: Transaction, tenant: int) -> bool:
        taken = claims.where(filter=FieldFilter("key", "==", "k")).get(transaction=transaction)
        if list(taken):
            return False
        transaction.create(claims.document(f"t{tenant}"), {"key": "k"})
        return True

    with ThreadPoolExecutor(RACERS) as pool:
        won = pool.map(
            lambda tenant: claim(client.transaction(max_attempts=MAX_ATTEMPTS), tenant),
            range(RACERS),
        )
    assert sum(won) == 1


async def test_the_async_client_does_the_same(async_client: AsyncClient) -> None:
    user = async_client.document("users/u1")
    await user.create({"n": 1})
    with pytest.raises(AlreadyExists):
        await user.create({"n": 2})

    @async_transactional
    async def add_one(transaction: AsyncTransaction) -> None:
        seen = await user.get(transaction=transaction)
        transaction.update(user, {"n": seen.get("n") + 1})

    await add_one(async_client.transaction())
    found = async_client.collection("users").where(filter=FieldFilter("n", ">", 1)).stream()
    assert [each.to_dict() async for each in found] == [{"n": 2}]
    gathered = async_client.get_all([user, async_client.document("users/none")])
    assert {each.id: each.exists async for each in gathered} == {"u1": True, "none": False}
