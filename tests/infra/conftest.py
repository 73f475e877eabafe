"""The deploy scripts, run once for every test of what they would do."""

import pytest

from tests.infra.gcloud_runs import Runs, run, secret_manager


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The scripts' commands, in an empty project and in a full one."""
    folder = tmp_path_factory.mktemp("gcloud")
    with secret_manager() as url:
        return Runs(run(folder, url, exists=False), run(folder, url, exists=True))
