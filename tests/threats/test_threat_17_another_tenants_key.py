"""Threat 17: a tenant names a key that is not theirs. Cloud Storage's agent may use it; we do not.

The agent of the project holds every tenant's grant, so Cloud Storage itself would say yes.
"""

import pytest

from infra.local.identity.projects import HOME_PROJECT, PROJECT_NUMBER
from lib.seal.changes import SealChanges
from lib.seal.proofs import PROOF_S
from lib.seals import KeyRefused, Wish, parse_wish
from tests import seal_world
from tests.local_services import Firestore
from tests.seal_world import CUSTOMER_PROJECT, REGION, SealWorld, Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


def test_threat_17_a_key_without_the_tenants_nonce_seals_nothing(world: SealWorld) -> None:
    victim, thief = world.tenant("victim"), world.tenant("thief")
    key = world.sealed(victim)
    operation = world.change(thief, Wish("customer_managed", key))
    world.tick()
    world.pass_time(PROOF_S)
    assert world.settle(operation).error == "seal_proof_expired"
    assert world.read(thief.id).seal.mode == "google_managed"


def test_threat_17_even_a_proven_key_belongs_to_one_tenant(world: SealWorld) -> None:
    victim, thief = world.tenant("victim"), world.tenant("thief")
    key = world.sealed(victim)
    operation = world.change(thief, Wish("customer_managed", key))
    world.prove(operation, key)
    assert world.settle(operation).error == "seal_key_taken"
    assert world.read(thief.id).seal.mode == "google_managed"
    assert world.grants(thief) == []


def test_threat_17_a_pending_proof_blocks_nobody(world: SealWorld) -> None:
    victim, thief = world.tenant("victim"), world.tenant("thief")
    key = world.customer_key()
    world.change(thief, Wish("customer_managed", key))
    world.tick()
    operation = world.change(victim, Wish("customer_managed", key))
    world.prove(operation, key)
    assert world.settle(operation).state == "done"
    SealChanges(world.base.console, thief.id).abort(world.base.clock.now)


@pytest.mark.parametrize("project", [HOME_PROJECT, PROJECT_NUMBER])
def test_threat_17_the_operators_keys_are_nobodys_to_name(world: SealWorld, project: str) -> None:
    victim, thief = world.tenant("victim"), world.tenant("thief")
    world.settle(world.change(victim, Wish("customer_managed")))
    own = world.read(victim.id).seal.key or ""
    named = own.replace(f"projects/{HOME_PROJECT}/", f"projects/{project}/")
    assert world.settle(world.change(thief, Wish("customer_managed", named))).error == (
        "seal_key_refused"
    )


@pytest.mark.parametrize("location", ["us-east1", "europe-west4", "europe", "global"])
def test_threat_17_a_key_of_another_region_is_refused_at_once(location: str) -> None:
    key = f"projects/{CUSTOMER_PROJECT}/locations/{location}/keyRings/r/cryptoKeys/k"
    with pytest.raises(KeyRefused):
        parse_wish({"mode": "customer_managed", "kms_key": key}, location=REGION)
