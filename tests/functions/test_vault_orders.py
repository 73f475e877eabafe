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
