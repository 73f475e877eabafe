"""What became of batches, as ingest counted it: per day and key, for the tenant alone."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from lib.console.outcome_reports import MAX_DAYS
from lib.edge.outcomes import SHARDS, Outcomes
from lib.identifiers import KeyId, TenantId
from lib.keys import parse
from tests.functions.console_visitors import Customer, Installation, Person, code

GONE = KeyId("z" * 12)


@pytest.fixture
def customer(installation: Installation) -> Customer:
    return installation.customer()


@pytest.fixture
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


def count(
    installation: Installation, customer: Customer, *, ago: int = 0, key: str = "", **counts: int
) -> str:
    """Count as the instances of ingest do, each in its shard; return the day."""
    now = datetime.now(UTC) - timedelta(days=ago)
    index = installation.firestore.client("edge-index")
    for shard in range(SHARDS):
        instance = Outcomes(now.timestamp, partial(bytes.rjust, bytes([shard])))
        instance.count(TenantId(customer.tenant), KeyId(key or parse(customer.key).id), **counts)
        for write in instance.due(TenantId(customer.tenant), 0):
            fields = {path[0]: value for path, value in (*write.set.items(), *write.add.items())}
            index.document(write.path).set(fields, merge=True)
    return now.strftime("%Y%m%d")


def test_shards_are_summed_per_day_and_key(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    key = parse(customer.key).id
    today = count(installation, customer, accepted=3, bytes=100, masked=2, refused_token_expired=1)
    before = count(installation, customer, ago=6, duplicate=1, refused_batch_too_large=2)
    gone = count(installation, customer, key=GONE, accepted=1, sessions=1)
    answer = owner.get("/v1/outcomes").json()
    none = {"accepted": 0, "bytes": 0, "duplicate": 0, "masked": 0, "sessions": 0}
    assert answer["rows"] == [
        {
            "day": before,
            "key": key,
            **none,
            "duplicate": 8,
            "refused": {"batch_too_large": 16},
            "handshakes": {},
        },
        {
            **{"day": today, "key": key, **none, "accepted": 24, "bytes": 800, "masked": 16},
            "refused": {"token_expired": 8},
            "handshakes": {},
        },
        {
            "day": gone,
            "key": GONE,
            **none,
            "accepted": 8,
            "sessions": 8,
            "refused": {},
            "handshakes": {},
        },
    ]
    assert answer["keys"] == [{"id": key, "label": "first"}, {"id": GONE, "label": None}]
    assert len(answer["days"]) == 7
    assert (answer["days"][0], answer["days"][-1]) == (before, today)


def test_days_outside_the_window_and_other_tenants_are_left_out(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    stranger = installation.customer()
    count(installation, stranger, accepted=1)
    count(installation, customer, ago=7, accepted=1)
    assert owner.get("/v1/outcomes").json()["rows"] == []
    assert len(owner.get("/v1/outcomes", days=8).json()["rows"]) == 1


@pytest.fixture(scope="module")
def somebody(installation: Installation) -> Person:
    return installation.owner(installation.customer())


@pytest.mark.parametrize("days", ["0", str(MAX_DAYS + 1), "-1", "x", "", "1e1", "0070", "7" * 5000])
def test_a_window_outside_its_bounds_is_refused(somebody: Person, days: str) -> None:
    assert code(somebody.get("/v1/outcomes", days=days)) == (400, "malformed")


@pytest.mark.parametrize("days", [1, MAX_DAYS])
def test_a_window_within_them_is_kept(somebody: Person, days: int) -> None:
    assert len(somebody.get("/v1/outcomes", days=days).json()["days"]) == days
