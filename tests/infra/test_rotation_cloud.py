"""Cloud Run as a rotation sees it, by what gcloud answers."""

import copy
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.rotation_cloud import CloudRun, CommandFailed
from tests.infra.gcloud_runs import NOBODY, REVISION, SERVICE, parsed


class Gcloud:
    """Answers for one service; an update takes effect, unless it is told that it does not."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.service: dict[str, Any] = copy.deepcopy(SERVICE)
        self.revision: dict[str, Any] = copy.deepcopy(REVISION)
        self.stuck = False

    def __call__(self, arguments: Sequence[str]) -> str:
        self.asked.append(tuple(arguments))
        kind, verb = arguments[1:3]
        if verb == "list":
            return "handshake\nconsole-api\n"
        if verb == "update" and not self.stuck:
            version = arguments[4].rpartition(":")[2]
            variable = self.revision["spec"]["containers"][0]["env"][1]
            variable["valueFrom"]["secretKeyRef"]["key"] = version
        return json.dumps(self.service if kind == "services" else self.revision)


@pytest.fixture
def gcloud() -> Gcloud:
    """One service that serves."""
    return Gcloud()


@pytest.fixture
def services(gcloud: Gcloud) -> CloudRun:
    """The services of a project."""
    return CloudRun("my-project", "europe-west1", gcloud)


def test_pins_are_those_of_the_revision_that_serves(services: CloudRun) -> None:
    assert services.pinned("handshake") == {"SESSION_SIGNING_KEY": 1}


def test_a_version_that_is_not_pinned_by_number_is_an_error(
    services: CloudRun, gcloud: Gcloud
) -> None:
    variable = gcloud.revision["spec"]["containers"][0]["env"][1]
    variable["valueFrom"]["secretKeyRef"]["key"] = "latest"
    with pytest.raises(ValueError, match="latest"):
        services.pinned("handshake")


def test_the_wait_counts_from_when_the_serving_revision_was_made(services: CloudRun) -> None:
    made = datetime(2026, 11, 23, 12, 0, 0, 500_000, UTC)
    assert services.changed("handshake") == made.timestamp()


def test_deploying_changes_the_pin_and_nothing_else(services: CloudRun, gcloud: Gcloud) -> None:
    services.deploy("handshake", {"SESSION_SIGNING_KEY": 2})
    assert gcloud.asked[0] == (
        *("run", "services", "update", "handshake"),
        "--update-secrets=SESSION_SIGNING_KEY=session-signing-key:2",
        *("--region=europe-west1", "--project=my-project"),
    )
    assert services.pinned("handshake") == {"SESSION_SIGNING_KEY": 2}


def test_a_deployment_that_does_not_serve_stops_the_rotation(
    services: CloudRun, gcloud: Gcloud
) -> None:
    gcloud.stuck = True
    with pytest.raises(CommandFailed, match="another one serves"):
        services.deploy("handshake", {"SESSION_SIGNING_KEY": 2})


def test_split_traffic_stops_the_rotation(services: CloudRun, gcloud: Gcloud) -> None:
    shares = [{"percent": 50, "revisionName": name} for name in ("serving-1", "serving-2")]
    gcloud.service["status"]["traffic"] = shares
    with pytest.raises(CommandFailed, match="2 revisions"):
        services.pinned("handshake")


def test_a_service_that_never_started_has_no_pins_to_keep(
    services: CloudRun, gcloud: Gcloud
) -> None:
    assert services.serves("console_api")
    assert not services.serves("ingest")
    gcloud.service["status"] = {}
    assert not services.serves("console_api")


@pytest.mark.skipif(not shutil.which("gcloud"), reason="gcloud is not installed")
def test_gcloud_accepts_what_a_rotation_asks(
    services: CloudRun, gcloud: Gcloud, tmp_path: Path
) -> None:
    services.serves("handshake")
    services.deploy("handshake", {"SESSION_SIGNING_KEY": 2})
    kinds = {each[1:3] for each in gcloud.asked}
    wanted = [("services", verb) for verb in ("list", "describe", "update")]
    assert kinds == {*wanted, ("revisions", "describe")}
    assert all(NOBODY in answer for answer in parsed(gcloud.asked, tmp_path))
