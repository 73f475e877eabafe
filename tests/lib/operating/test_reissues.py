"""A reissue and the owner's own set-up at the same moment: whoever is first wins, never both."""

import os
from typing import Any

import pytest

from lib.identifiers import UserId
from lib.operating.reissues import Reissues
from lib.tenant_records import TenantRecords
from lib.tenant_states import TenantStateWrong
from lib.users import Users
from tests.lib.provisioning_world import World, build
from tests.local_services import Firestore, Storage


@pytest.fixture
def world(firestore: Firestore, storage: Storage) -> World:
    return build(firestore, storage)


def test_an_owner_who_sets_up_meanwhile_keeps_their_password_and_gets_no_link(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, name = world.order(seed=77)
    world.ticker.tick()
    order, tenants = world.operations.get(name), TenantRecords(world.edge_config)
    tenant = tenants.get(order.tenant)
    assert tenant is not None
    find = Users.find

    def sets_up_right_after(self: Users, email: str) -> Any:
        found = find(self, email)
        self.store_hash(UserId(order.input["user"]), "a hash")
        return found

    monkeypatch.setattr(Users, "find", sets_up_right_after)
    reissues = Reissues(
        world.console, world.edge_config, tenants, clock=world.clock, random=os.urandom
    )
    keys = [path for path in world.state() if "sdkKeys" in path]
    with pytest.raises(TenantStateWrong):
        reissues.reissue(tenant, order, with_key=True)
    assert [row.id for row in world.console.collection("setups").stream()] == [order.input["setup"]]
    assert [path for path in world.state() if "sdkKeys" in path] == keys
