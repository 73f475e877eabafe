"""Stand-ins that all tests share: one process each for the whole run, on free ports."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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

# How long an example takes says nothing on a machine that does other things as well. The same
# examples at every run: new ones are for `make fuzz`, where one more failure stops nobody.
settings.register_profile(
    "sealtape",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
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


# Handed out in this order (`--no-loadscope-reorder`), before all others: a long file that begins
# last keeps one worker busy while the other has nothing left to do.
LONGEST = (
    "privacy/test_fidelity.py",
    "browser/test_console_access.py",
    "privacy/test_leaks.py",
    "threats/test_threat_22_stored_xss.py",
    "browser/test_sdk_delivery.py",
    "browser/test_console_player.py",
    "browser/test_console_settings.py",
    "browser/test_console_real.py",
    "browser/test_sdk_pages.py",
    "browser/test_sdk_drawings.py",
    "browser/test_sdk_never.py",
    "browser/test_sdk_bodies.py",
    "browser/test_sdk_fonts.py",
    "lib/seal/test_failures.py",
    "infra/test_gcloud_commands.py",
    "lib/seal/test_crashes.py",
    "browser/test_sdk_privacy.py",
    "lib/operating/test_provisioning_crashes.py",
    "functions/test_console_posture.py",
    "privacy/test_events_property.py",
    "system/test_journey.py",
    "infra/test_rotation.py",
    "functions/test_console_exports.py",
)


class Failures:
    """Names each failure as soon as it is known: a run that is cut short has no summary."""

    def __init__(self, config: pytest.Config) -> None:
        """Keep the configuration; what writes to the terminal is not there yet."""
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write one line."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and terminal:
            terminal.write_line(f"\nFAILED ({report.when}) {report.nodeid}")


def pytest_configure(config: pytest.Config) -> None:
    """Watch for failures, in the process that has the terminal."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Failures(config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    places = {f"tests/{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))


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
