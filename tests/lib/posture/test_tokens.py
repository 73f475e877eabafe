"""The token by which the posture is read: one bucket's settings, and nothing that was recorded."""

import os
from unittest import mock

import pytest
from google.api_core.exceptions import Forbidden
from google.cloud.storage import Bucket

from lib.console import downscoped
from lib.console.downscoped import Readers
from lib.tenants import Tenant
from tests import seal_world
from tests.local_services import PROJECT, Firestore, credentials
from tests.seal_world import SealWorld, Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


@pytest.fixture
def tenant(world: SealWorld) -> Tenant:
    made = world.tenant()
    world.store(made, 1)
    return made


@pytest.fixture
def readers(vault: Vault) -> Readers:
    """What console_api holds."""
    source = credentials("console-api")
    source.refresh = lambda _request: None  # type: ignore[method-assign]  # it holds a fresh token
    return Readers(
        source, PROJECT, downscoped.exchange(vault.metadata.environment("console-api")["STS_URL"])
    )


def settings(readers: Readers, tenant: Tenant, vault: Vault) -> Bucket:
    with mock.patch.dict(os.environ, vault.storage.environment):
        return readers.settings(tenant.bucket)


def test_settings_and_policy_are_seen(readers: Readers, tenant: Tenant, vault: Vault) -> None:
    bucket = settings(readers, tenant, vault)
    bucket.reload()
    assert bucket.labels["sealtape-tenant"] == tenant.id
    assert bucket.get_iam_policy(requested_policy_version=3).bindings


def test_threat_15_another_tenants_settings_are_denied_though_the_account_may_see_them(
    readers: Readers, tenant: Tenant, world: SealWorld, vault: Vault
) -> None:
    other = world.tenant("other")
    world.bucket(other, "console-api").reload()
    foreign = settings(readers, tenant, vault).client.bucket(other.bucket)
    with pytest.raises(Forbidden):
        foreign.reload()
    with pytest.raises(Forbidden):
        foreign.get_iam_policy(requested_policy_version=3)


def test_no_recording_is_listed_or_read_and_nothing_is_changed(
    readers: Readers, tenant: Tenant, vault: Vault
) -> None:
    bucket = settings(readers, tenant, vault)
    with pytest.raises(Forbidden):
        list(bucket.list_blobs(prefix="s/"))
    with pytest.raises(Forbidden):
        bucket.blob("s/a/000000").download_as_bytes()
    bucket.labels = {}
    with pytest.raises(Forbidden):
        bucket.patch()


def test_the_token_of_recordings_does_not_see_settings(
    readers: Readers, tenant: Tenant, vault: Vault
) -> None:
    with mock.patch.dict(os.environ, vault.storage.environment):
        bucket = readers.bucket(tenant.bucket)
    assert [blob.name for blob in bucket.list_blobs(prefix="s/")] == ["s/a/000000"]
    with pytest.raises(Forbidden):
        bucket.reload()
