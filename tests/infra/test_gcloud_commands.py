"""Every command of the deploy scripts is one that gcloud knows, and grants no more than we say."""

import json
import re
import shutil
from pathlib import Path

import pytest

from infra.secrets_admin import contents
from tests.infra.gcloud_runs import CLOUD, NOBODY, Runs, deployed, flags, parsed

PUBLIC = {"ingest", "handshake", "console-api"}
BROAD = re.compile(r"roles/(editor|owner|viewer|.*[aA]dmin)$|^allUsers$|^allAuthenticatedUsers$")


@pytest.mark.skipif(not shutil.which("gcloud"), reason="gcloud is not installed")
def test_gcloud_accepts_the_arguments_of_every_command(runs: Runs, tmp_path: Path) -> None:
    commands = [each for each in runs.every if each[0] != "curl"]
    wrong = ("run", "deploy", "x", "--no-such-flag")
    *answers, last = parsed([*commands, wrong], tmp_path)
    assert "unrecognized arguments" in last
    refused = {
        " ".join(command): answer
        for command, answer in zip(commands, answers, strict=True)
        if NOBODY not in answer
    }
    assert refused == {}


def test_everything_that_is_there_is_left_or_updated(runs: Runs) -> None:
    made = [each for each in runs.again if "create" in each and "composite" not in each]
    assert made == []


@pytest.mark.parametrize("service", ["handshake", "ingest", "console-api", "provision-bucket"])
def test_each_function_runs_as_its_own_account_and_sleeps_for_free(
    runs: Runs, service: str
) -> None:
    command = deployed(runs)[service]
    assert flags(command, "service-account")[0].partition("@")[0] == service
    assert flags(command, "min-instances") == ["0"]
    assert flags(command, "concurrency") == ["80"]
    assert ("--no-invoker-iam-check" in command) == (service in PUBLIC)
    assert "--allow-unauthenticated" not in command


def test_no_role_is_broad_and_none_is_everybodys(runs: Runs) -> None:
    for command in runs.every:
        for value in flags(command, "role") + flags(command, "member"):
            assert not BROAD.search(value), " ".join(command)


def test_every_role_in_databases_holds_in_one_of_them(runs: Runs) -> None:
    bound = [each for each in runs.fresh if any("sealtapeDocument" in part for part in each[3:])]
    bound = [each for each in bound if each[1] == "add-iam-policy-binding"]
    assert len(bound) == 10
    for command in bound:
        (condition,) = flags(command, "condition")
        assert re.search(r'resource\.name=="projects/[^/]+/databases/[a-z-]+"$', condition)
    consoles = [each for each in bound if "databases/console" in " ".join(each)]
    members = {flags(each, "member")[0].partition("@")[0] for each in consoles}
    assert members == {"serviceAccount:console-api", "serviceAccount:provision-bucket"}


@pytest.mark.parametrize("role", sorted((CLOUD / "roles").glob("*.yaml")), ids=lambda p: p.stem)
def test_roles_list_permissions_one_by_one(role: Path) -> None:
    permissions = re.findall(r"^- (.+)$", role.read_text(), re.MULTILINE)
    assert permissions
    for permission in permissions:
        assert re.fullmatch(r"[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+", permission)


def test_secrets_are_pinned_and_read_by_those_who_use_them(runs: Runs) -> None:
    for function, uses in contents.USES.items():
        pinned = flags(deployed(runs)[function.replace("_", "-")], "set-secrets")
        versions = dict(part.split("=") for part in pinned[0].split(",")) if pinned else {}
        assert {name: place.partition(":")[0] for name, place in versions.items()} == uses
        assert all(re.fullmatch(r"[a-z-]+:[0-9]+", place) for place in versions.values())
    key = ["secrets", "add-iam-policy-binding", "session-signing-key"]
    readers = [flags(each, "member")[0] for each in runs.fresh if list(each[:3]) == key]
    assert [reader.partition("@")[0] for reader in readers] == ["serviceAccount:handshake"]


def test_deploying_again_does_not_let_an_unpublished_key_sign(runs: Runs) -> None:
    (first,), (second,) = (
        [flags(each, "set-secrets")[0] for each in commands if each[:3] == HANDSHAKE]
        for commands in (runs.fresh, runs.again)
    )
    assert "SESSION_SIGNING_KEY=session-signing-key:2" in first  # the newest, at a first deployment
    assert "SESSION_SIGNING_KEY=session-signing-key:1" in second


HANDSHAKE = ("run", "deploy", "handshake")


def test_nothing_is_deployed_with_a_development_server(runs: Runs) -> None:
    for command in deployed(runs).values():
        assert "DEBUG" not in flags(command, "set-env-vars")[0]


def test_the_scheduler_calls_as_an_account_that_may_do_nothing_else(runs: Runs) -> None:
    scheduler = [each for each in runs.fresh if any("scheduler@" in part for part in each)]
    granted = [each[:4] for each in scheduler if "add-iam-policy-binding" in each]
    assert granted == [("run", "services", "add-iam-policy-binding", "provision-bucket")]
    (job,) = (each for each in runs.fresh if each[:3] == ("scheduler", "jobs", "create"))
    assert flags(job, "uri")[0] == flags(job, "oidc-token-audience")[0] + "/v1/tick"


def test_every_databases_clients_are_denied(runs: Runs) -> None:
    rules = [" ".join(each) for each in runs.fresh if each[0] == "curl"]
    for database in ("edge-config", "edge-index", "console"):
        assert any(f"cloud.firestore/{database}" in each for each in rules)
    text = (CLOUD.parent / "firestore.rules").read_text()
    assert re.findall(r"allow .*", text) == ["allow read, write: if false;"]


def test_every_index_that_the_stand_in_enforces_is_made(runs: Runs) -> None:
    document = json.loads((CLOUD.parent / "firestore.indexes.json").read_text())
    composite = [each for each in runs.fresh if each[:3] == ("firestore", "indexes", "composite")]
    assert len(composite) == sum(len(each["indexes"]) for each in document.values())
    timed = {each[4] for each in runs.fresh if each[1:4] == ("fields", "ttls", "update")}
    assert timed == {"expire_at"}
    patched = " ".join(part for each in runs.fresh if each[0] == "curl" for part in each)
    assert "collectionGroups/outcomes/fields/at?updateMask=indexConfig" in patched
    assert '"queryScope": "COLLECTION_GROUP"' in patched


def test_the_local_roles_are_those_of_the_cloud() -> None:
    local = json.loads((CLOUD.parent / "local" / "storage_iam.json").read_text())
    for name in ("sealtapeProvisioner", "sealtapeKeyKeeper", "sealtapeInspector"):
        text = (CLOUD / "roles" / f"{name}.yaml").read_text()
        permissions = re.findall(r"^- (.+)$", text, re.MULTILINE)
        assert sorted(local[f"projects/sealtape-local/roles/{name}"]) == sorted(permissions)


@pytest.mark.parametrize("script", sorted(CLOUD.glob("*.sh")), ids=lambda path: path.name)
def test_no_script_names_what_none_may_use(script: Path) -> None:
    words = r"allUsers|allAuthenticatedUsers|roles/editor|roles/owner|:latest|DEBUG"
    assert not re.search(words, script.read_text())
