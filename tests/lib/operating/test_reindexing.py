"""The index is written anew from the bucket, as ingest noted it."""

import asyncio
import gzip
import json
from typing import Any, cast

import pytest

from infra.local.identity.projects import PROJECT_NUMBER
from lib.identifiers import OperationId
from lib.operating import reindexing, vault_work
from lib.operating.reindexing import FIRST_STEP, KIND
from lib.operations import pending
from lib.seals import Wish
from lib.tenants import Tenant
from lib.vault.buckets import Buckets
from tests import erasure_world, seal_world
from tests.edge_world import Edge, Site, batch, lines, meta, opened
from tests.erasure_world import ErasureWorld
from tests.lib.guillotines import Guillotine
from tests.lib.seal.test_crashes import killed_everywhere
from tests.local_services import Firestore, account
from tests.seal_world import Vault

ACCOUNTS = account("ingest"), account("console-api")
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/131.0 Mobile/15E148"


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> ErasureWorld:
    made = erasure_world.build(firestore, vault)
    base = made.seals.base
    buckets = Buckets(base.storage, int(PROJECT_NUMBER))
    made.seals.plans.update(
        vault_work.plans(made.seals.tools, base.edge_config, made.index, buckets, ACCOUNTS)
    )
    return made


def reindex(world: ErasureWorld, tenant: Tenant, letter: str = "x") -> Any:
    """Reindex a tenant and return the operation."""
    name = OperationId("op_" + letter * 16)
    given = {"by": "operator"}
    made = pending(name, KIND, tenant.id, FIRST_STEP, given, now=world.now)
    assert world.seals.base.operations.start(made)
    return world.seals.settle(name)


def entries(world: ErasureWorld, tenant: Tenant) -> dict[str, Any]:
    """Return the index."""
    rows = world.index.collection(f"tenants/{tenant.id}/sessions").stream()
    return {row.id: row.to_dict() for row in rows}


def forget(world: ErasureWorld, tenant: Tenant) -> None:
    """Lose the index."""
    for row in world.index.collection(f"tenants/{tenant.id}/sessions").list_documents():
        row.delete()


def custom(tag: str, payload: object, number: int) -> dict[str, Any]:
    """Return an event of the SDK's own."""
    return {**meta(number), "type": 5, "data": {"tag": tag, "payload": payload}}


def click(number: int) -> dict[str, Any]:
    """Return a click."""
    return {**meta(number), "type": 3, "data": {"source": 2, "type": 2, "id": 1, "x": 1, "y": 1}}


async def record(world: ErasureWorld, edge: Edge, tenant: Tenant) -> str:
    """Record a visit of three batches, each of which ingest notes; return its session."""
    site = Site(tenant.id, edge.key(tenant.id), tenant.bucket)
    edge.policy(tenant.id, 1, allow=("country",))
    answer = await opened(edge, site, country="DE")
    ingestion = edge.ingestion()
    visits = [custom("sealtape.page", {"path": path}, 1) for path in ("/", "/cart", "/cart")]
    for seq, visit in enumerate(visits):
        packed = gzip.compress(lines(meta(seq * 100), visit, click(seq * 100 + 5)), mtime=0)
        body = batch(answer, packed, seq=seq, total=1, user="ab" * 32, final=seq == 2)
        await ingestion.accept(body, AGENT)
        world.seals.pass_time(30)
    return str(answer["session"])


async def test_a_lost_index_comes_back_as_ingest_noted_it(
    world: ErasureWorld, firestore: Firestore, vault: Vault
) -> None:
    tenant = await asyncio.to_thread(world.seals.tenant)
    clock = cast(Any, world.seals.base.clock)
    edge = Edge(firestore, vault.storage, vault.metadata, world.seals.base.project, clock)
    for _ in range(2):
        await record(world, edge, tenant)
    edge.close()
    before = entries(world, tenant)
    await asyncio.to_thread(forget, world, tenant)
    assert entries(world, tenant) == {}
    ended = await asyncio.to_thread(reindex, world, tenant)
    assert (ended.state, ended.done) == ("done", 2)
    after = entries(world, tenant)
    assert len(before) == 2
    for session, entry in before.items():
        kept = dict(entry)
        assert (kept["device"], kept["country"]) == ("phone", "DE")
        assert kept["masked"] > 0
        sizes = sum(
            blob.size for blob in world.seals.bucket(tenant).list_blobs(prefix=f"s/{session}/")
        )
        [page] = kept["pages"].values()
        page["bytes"] = sizes  # ingest notes what the browser said until the session is opened
        assert json.dumps(after[session], default=str, sort_keys=True) == json.dumps(
            kept, default=str, sort_keys=True
        )
    assert world.seals.grants(tenant) == []
    assert world.seals.audit(tenant)[-1] == "reindexed"


def test_what_an_entry_knows_besides_stays(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant)
    document = world.index.document(f"tenants/{tenant.id}/sessions/{session}")
    document.update({"browser": "Chrome 131", "masked": 2})
    reindex(world, tenant)
    found = entries(world, tenant)[session]
    assert (found["browser"], found["masked"]) == ("Chrome 131", 2)
    assert len(found["pages"]) == 1


def test_erased_and_expired_sessions_stay_out(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    kept, buried = world.visit(tenant, listed=False), world.visit(tenant, listed=False)
    world.visit(tenant, age_s=31 * 86_400, listed=False)
    world.visit(tenant, session="not-a-session", listed=False)
    document = world.seals.base.edge_config.document(f"tenants/{tenant.id}")
    document.update({"tombstones": {buried: round(world.now) + 60}})
    reindex(world, tenant)
    assert entries(world, tenant).keys() == {kept}


@pytest.mark.parametrize("count", [20, 21, 40])
def test_every_session_is_reached_page_by_page(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr("lib.operating.reindexing.SESSIONS", 10)
    tenant = world.seals.tenant()
    made = {world.visit(tenant, count=1, listed=False) for _ in range(count)}
    assert reindex(world, tenant).done == count
    assert entries(world, tenant).keys() == made


@pytest.mark.parametrize("most", [1, 7, 8, 9, 1000])
def test_a_step_reads_about_so_many_objects_and_the_next_goes_on(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("lib.operating.reindexing.OBJECTS", most)
    tenant = world.seals.tenant()
    made = {world.visit(tenant, count=2, listed=False) for _ in range(9)}
    assert reindex(world, tenant).done == 9
    assert entries(world, tenant).keys() == made


def test_an_erasure_that_overtakes_a_reindex_leaves_no_entry(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant)
    read, ordered = reindexing._entry, []

    def overtaken(*about: Any) -> Any:
        entry = read(*about)  # from what is still there
        ordered.append(world.order(tenant, kind="session", session=session))
        world.seals.tick()  # the whole first round of the erasure
        assert world.names(tenant) == []
        return entry

    monkeypatch.setattr(reindexing, "_entry", overtaken)
    assert reindex(world, tenant).state == "done"
    assert entries(world, tenant).keys() == {session}
    [erasure] = ordered
    assert world.seals.settle(erasure).state == "done"
    assert entries(world, tenant) == {}
    assert world.entry(tenant, erasure).facts["rounds"] == 3


def test_sessions_under_a_destroyed_key_do_not_hold_the_others_up(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    key = world.seals.sealed(tenant)
    world.visit(tenant, listed=False)
    world.seals.destroy(key)
    world.seals.pass_time(seal_world.DESTROY_S + 1)
    world.seals.settle(world.seals.change(tenant, Wish("google_managed")))
    kept = world.visit(tenant, listed=False)
    assert reindex(world, world.seals.read(tenant.id)).state == "done"
    assert entries(world, tenant).keys() == {kept}


def test_a_disabled_key_is_waited_for_and_loses_no_entry(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    key = world.seals.sealed(tenant)
    session = world.visit(tenant, listed=False)
    world.seals.set_versions(key, "DISABLED")
    name = OperationId("op_" + "d" * 16)
    made = pending(name, KIND, tenant.id, FIRST_STEP, {"by": "operator"}, now=world.now)
    world.seals.base.operations.start(made)
    world.seals.tick()
    assert world.seals.base.operations.get(name).error == "recording_unreadable"
    world.seals.set_versions(key, "ENABLED")
    assert world.seals.settle(name).state == "done"
    assert entries(world, tenant).keys() == {session}


def test_killed_after_any_external_call_it_ends_the_same(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "SESSIONS", 2)
    tenant = world.seals.tenant()
    made = {world.visit(tenant, listed=False) for _ in range(3)}
    assert reindex(world, tenant).state == "done"
    expected = entries(world, tenant)
    forget(world, tenant)
    name = OperationId("op_" + "k" * 16)
    given = {"by": "operator"}
    start = pending(name, KIND, tenant.id, FIRST_STEP, given, now=world.now)
    world.seals.base.operations.start(start)
    kills = killed_everywhere(world.seals, name, Guillotine(monkeypatch))
    assert kills >= 3 * len(reindexing.Reindex.steps)
    assert expected.keys() == made
    assert entries(world, tenant) == expected
    assert world.seals.grants(tenant) == []
    assert world.seals.audit(tenant).count("reindexed") == 2
