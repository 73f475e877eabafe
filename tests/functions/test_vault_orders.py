"""Operators order a new index and replays of erasures from a terminal."""

from datetime import UTC, datetime, timedelta

import pytest

from infra import replay_erasures, vault_orders
from infra.operators import Api
from tests.functions.console_visitors import Installation, new_id

SESSION, PAGE = new_id("s_", 26), new_id("p_", 16)
LONG_AGO = datetime.now(UTC) - timedelta(days=2)


@pytest.fixture
def api(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The commands' way to the function, which a stack would tick by itself."""
    made = Api(str(installation.operator.base_url).rstrip("/"), "")

    def ticked(_seconds: float) -> None:
        installation.operator.post("/v1/tick").raise_for_status()

    monkeypatch.setattr("infra.operators.time.sleep", ticked)
    monkeypatch.setattr(vault_orders, "connect", lambda *_: made)
    return made


def test_an_index_is_rebuilt_by_the_tenants_name(installation: Installation, api: Api) -> None:
    customer = installation.customer()
    installation.store(customer, SESSION, PAGE, 0, start=LONG_AGO)
    assert vault_orders.main(["reindex", customer.name]) == 0
    index = installation.firestore.client("edge-index")
    entry = index.document(f"tenants/{customer.tenant}/sessions/{SESSION}").get().to_dict()
    assert entry is not None
    assert entry["pages"].keys() == {PAGE}


def test_a_ledger_without_erasures_replays_nothing(installation: Installation, api: Api) -> None:
    customer = installation.customer()
    assert replay_erasures.main([customer.tenant, "2026-11-23T15:00:00+00:00"]) == 0


def test_an_unknown_tenant_is_said_so(
    installation: Installation, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vault_orders.main(["reindex", "nobody"]) == 1
    assert "not_found" in capsys.readouterr().err


def state(installation: Installation, name: str) -> str:
    """Return the state of a tenant."""
    rows = installation.operator.get("/v1/tenants").json()["tenants"]
    return next(str(row["state"]) for row in rows if row["name"] == name)


def test_a_tenant_is_suspended_resumed_and_retired_by_its_name(
    installation: Installation, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    name = installation.customer().name
    assert vault_orders.main(["retire", name, "--confirm", name]) == 1
    assert "tenant_state" in capsys.readouterr().err
    assert vault_orders.main(["suspend", name]) == 0
    assert state(installation, name) == "suspended"
    assert vault_orders.main(["resume", name]) == 0
    assert state(installation, name) == "active"
    assert vault_orders.main(["suspend", name]) == 0
    assert vault_orders.main(["retire", name]) == 1
    assert "malformed" in capsys.readouterr().err
    assert state(installation, name) == "suspended"


def test_a_tenant_without_a_bucket_is_not_reindexed(
    installation: Installation, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    customer = installation.customer()
    tenant = installation.firestore.client("edge-config").document(f"tenants/{customer.tenant}")
    tenant.update({"state": "retired"})
    assert vault_orders.main(["reindex", customer.name]) == 1
    assert "tenant_state" in capsys.readouterr().err


def test_a_retention_is_changed_from_the_terminal(
    installation: Installation, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_orders, "watch", lambda *_: None)  # it waits for caches to turn
    customer = installation.customer()
    assert vault_orders.main(["configure", customer.name, "--retention-days", "60"]) == 0
    installation.operator.post("/v1/tick").raise_for_status()
    tenant = installation.firestore.client("edge-config").document(f"tenants/{customer.tenant}")
    assert tenant.get().get("retention_days") == 60


@pytest.mark.parametrize("body", [{"retention_days": 0}, {"retention_days": "7"}, {"region": "x"}])
def test_a_configuration_that_cannot_be_is_refused(
    installation: Installation, body: dict[str, object]
) -> None:
    customer = installation.customer()
    path = f"/v1/tenants/{customer.name}/configure"
    assert installation.operator.post(path, json=body).json()["code"] == "malformed"
