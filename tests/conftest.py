"""Stand-ins that all tests share: one process each for the whole run, on free ports."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import seal_world
from tests.edge_world import Edge
from tests.local_services import (
    ACCOUNTS,
    Firestore,
    Metadata,
    Storage,
    account,
    fresh_project,
    process,
)

# How long one example takes says nothing on a machine that does other things as well.
settings.register_profile("sealtape", deadline=None)
settings.load_profile("sealtape")

# What each account may do in the project; rights on one bucket come from its own policy.
GRANTS = {
    account("provision-bucket"): [
        "storage.buckets.create",
        "storage.buckets.delete",
        "storage.buckets.get",
        "storage.buckets.update",
        "storage.buckets.getIamPolicy",
        "storage.buckets.setIamPolicy",
    ],
    # Not one of ours: how tests look at what a function did.
    account("witness"): ["roles/storage.admin"],
}


@pytest.fixture(scope="session")
def grants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grants file of the storage stand-in."""
    path = tmp_path_factory.mktemp("iam") / "grants.json"
    path.write_text(json.dumps(GRANTS))
    return path


@pytest.fixture(scope="session")
def firestore() -> Iterator[Firestore]:
    """The Firestore stand-in, in memory."""
    with process("infra.local.firestore") as ports:
        yield Firestore(ports["grpc"], ports["rest"])


@pytest.fixture(scope="session")
def storage(grants: Path) -> Iterator[Storage]:
    """The Cloud Storage stand-in, in memory, enforcing IAM."""
    with process("infra.local.storage", "--iam", str(grants)) as ready:
        yield Storage(ready["port"])


@pytest.fixture(scope="session")
def metadata() -> Iterator[Metadata]:
    """The metadata stand-in, for functions that run as processes."""
    accounts = [flag for name in ACCOUNTS for flag in ("--account", account(name))]
    with process("infra.local.metadata", *accounts) as ready:
        yield Metadata(ready["ports"])


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[seal_world.Vault]:
    """Cloud Storage and Cloud KMS that know each other, enforcing IAM; its clock is moved."""
    path = tmp_path_factory.mktemp("vault") / "grants.json"
    path.write_text(json.dumps(seal_world.GRANTS))
    with seal_world.vault_processes(path) as running:
        yield running


@pytest.fixture
def project() -> str:
    """A project id of this test's own, so that its databases are empty."""
    return fresh_project()


@pytest.fixture
def edge(
    firestore: Firestore, storage: Storage, metadata: Metadata, project: str
) -> Iterator[Edge]:
    """An installation of the public functions, empty, with a clock of the test's own."""
    installation = Edge(firestore, storage, metadata, project)
    yield installation
    installation.close()
