"""An erasure that is killed anywhere and run again ends as if it had never been killed."""

from typing import Any

import pytest

from lib.erasures.plans import Erase
from tests import erasure_world
from tests.erasure_world import USER
from tests.lib.guillotines import Guillotine
from tests.lib.seal.test_crashes import killed_everywhere
from tests.local_services import Firestore
from tests.seal_world import Vault


@pytest.mark.parametrize("kind", ["user", "tenant"])
def test_killed_after_any_external_call_it_ends_the_same(
    firestore: Firestore, vault: Vault, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    world = erasure_world.build(firestore, vault)
    tenant = world.seals.tenant()
    gone = {world.visit(tenant, user=USER), world.visit(tenant, user=USER, listed=False)}
    gone |= {world.visit(tenant, user=USER, age_s=60, user_from=2, count=4)}
    stays = {world.visit(tenant)} if kind == "user" else set()
    body: dict[str, Any] = {"user": USER} if kind == "user" else {"name": tenant.name}
    operation = world.order(tenant, kind=kind, **body)
    kills = killed_everywhere(world.seals, operation, Guillotine(monkeypatch))
    assert kills > 5 * len(Erase.steps)
    assert world.seals.base.operations.get(operation).state == "done"
    assert world.sessions(tenant) == world.listed(tenant) == stays
    facts = world.entry(tenant, operation).facts
    counted = {name: facts[name] for name in ("objects", "sessions", "index_entries", "bytes")}
    assert counted == {"objects": 10, "sessions": len(gone), "index_entries": 2, "bytes": 230}
    assert world.seals.grants(tenant) == []
    assert world.seals.audit(tenant).count("erased") == 1


@pytest.mark.parametrize("kind", ["session", "range"])
def test_killed_anywhere_it_takes_exports_along_and_counts_them_once(
    firestore: Firestore, vault: Vault, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    world = erasure_world.build(firestore, vault)
    tenant = world.seals.tenant()
    gone, stays = world.visit(tenant), world.visit(tenant, age_s=4 * 86_400)
    export = f"x/{'e' * 26}/00001.tar"
    world.seals.bucket(tenant).blob(export).upload_from_string(b"copies")
    day_ms, now_ms = 86_400_000, round(world.now * 1000)
    body: dict[str, Any] = (
        {"session": gone}
        if kind == "session"
        else {"from_ms": now_ms - 2 * day_ms, "to_ms": now_ms - 1}
    )
    operation = world.order(tenant, kind=kind, **body)
    kills = killed_everywhere(world.seals, operation, Guillotine(monkeypatch))
    assert kills > 4 * len(Erase.steps)
    assert world.sessions(tenant) == world.listed(tenant) == {stays}
    assert not [name for name in world.names(tenant) if name.startswith("x/")]
    facts = world.entry(tenant, operation).facts
    counted = {name: facts[name] for name in ("objects", "sessions", "index_entries", "exports")}
    assert counted == {"objects": 4, "sessions": 1, "index_entries": 1, "exports": 1}
    assert world.seals.grants(tenant) == []
