"""Threat 15: a bug in the console asks for the wrong bucket. The token it holds opens only one."""

import os
from unittest import mock

import pytest
from google.api_core.exceptions import Forbidden

from lib.console import downscoped
from tests import seal_world
from tests.local_services import PROJECT, Firestore, credentials
from tests.seal_world import BYTES, Vault


def test_threat_15_a_session_of_one_tenant_opens_no_other_bucket(
    firestore: Firestore, vault: Vault
) -> None:
    world = seal_world.build(firestore, vault)
    mine, theirs = world.tenant("mine"), world.tenant("theirs")
    for tenant in (mine, theirs):
        world.store(tenant, 1)
    source = credentials("console-api")
    source.refresh = lambda _request: None  # type: ignore[method-assign]  # it holds a fresh token
    sts = vault.metadata.environment("console-api")["STS_URL"]
    readers = downscoped.Readers(source, PROJECT, downscoped.exchange(sts))
    with mock.patch.dict(os.environ, vault.storage.environment):
        bucket = readers.bucket(mine.bucket)
    assert bucket.blob("s/a/000000").download_as_bytes() == BYTES
    wrong = bucket.client.bucket(theirs.bucket)
    # The account itself may read it: only the token stands between.
    assert world.bucket(theirs, "console-api").blob("s/a/000000").download_as_bytes() == BYTES
    with pytest.raises(Forbidden):
        wrong.blob("s/a/000000").download_as_bytes()
    with pytest.raises(Forbidden):
        list(wrong.list_blobs(prefix="s/"))
