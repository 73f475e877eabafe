"""Posture without a service: how checks are weighed, and what only settings can show."""

from dataclasses import dataclass

import pytest
from google.cloud.storage import Bucket

from lib.identifiers import TenantId
from lib.posture import places, surveys
from lib.posture.checks import TITLES, Check, Reading, standing
from lib.posture.readings import Readings
from lib.tenants import Tenant
from lib.vault.buckets import BucketSpec

NAME = "st-" + "a" * 26
TENANT = TenantId("tn_" + "a" * 16)
SPEC = BucketSpec(NAME, TENANT, "europe-west1", 30, "ingest@x", "console@x")
AT = 1_795_439_274.0
LOOK = Reading("somewhere", 1)
PASSED = LOOK.passed("region", "here", "It is here.")
FAILED = LOOK.failed("access", "x", "It is not.", "Do something.")
NOTICED = LOOK.failed("key_age", "x", "It is old.", "Rotate it.", notice=True)
SKIPPED = LOOK.skipped("audit_chain", "x", "Not yet.")


@dataclass
class Here:
    """An installation."""

    console_origin: str = "https://replay.example"
    project_number: int = 7
    ingest_account: str = SPEC.ingest_account
    console_api_account: str = SPEC.reader_account
    resealer_account: str = "resealer@x"


def found(bucket: Bucket | None) -> Readings:
    tenant = Tenant(TENANT, "acme", "active", NAME, "europe-west1", 1, 30, 1)
    return Readings(AT, tenant, bucket, None, frozenset(), 0, {}, None, [], 1, [], {})


def a_bucket(**changes: object) -> Bucket:
    """Return a bucket as Cloud Storage would tell it."""
    bucket = Bucket(None, NAME)
    bucket._set_properties(
        {
            "projectNumber": "7",
            "location": "EUROPE-WEST1",
            "labels": {"sealtape-tenant": TENANT},
            "iamConfiguration": {
                "uniformBucketLevelAccess": {"enabled": True},
                "publicAccessPrevention": "enforced",
            },
            "softDeletePolicy": {"retentionDurationSeconds": "0"},
            "lifecycle": {"rule": SPEC.lifecycle()},
            **changes,
        }
    )
    return bucket


def failures(bucket: Bucket | None) -> set[str]:
    made = places.checks(found(bucket), SPEC, 7)
    assert {check.id for check in made} == set(places.BUCKET_CHECKS)
    return {check.id for check in made if check.state == "fail"}


def test_a_bucket_as_we_make_it_passes() -> None:
    assert failures(a_bucket()) == set()


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"versioning": {"enabled": True}}, "deletion"),
        ({"softDeletePolicy": {"retentionDurationSeconds": "1"}}, "deletion"),
        ({"projectNumber": "8"}, "own_bucket"),
        ({"labels": {}}, "own_bucket"),
        ({"location": "EUROPE-WEST4"}, "region"),
        ({"lifecycle": {"rule": []}}, "retention"),
        ({"lifecycle": {"rule": [*SPEC.lifecycle(), SPEC.lifecycle()[0]]}}, "retention"),
        ({"lifecycle": {}}, "retention"),
        (
            {
                "iamConfiguration": {
                    "uniformBucketLevelAccess": {"enabled": True},
                    "publicAccessPrevention": "inherited",
                }
            },
            "public_access",
        ),
    ],
)
def test_what_the_stand_in_cannot_be_told_turns_its_row_red_as_well(
    changes: dict[str, object], row: str
) -> None:
    assert failures(a_bucket(**changes)) == {row}


def test_a_bucket_that_does_not_show_itself_keeps_no_promise() -> None:
    assert failures(None) == set(places.BUCKET_CHECKS)


@pytest.mark.parametrize(
    ("origin", "state"),
    [
        ("https://replay.example", "pass"),
        ("http://localhost:8301", "pass"),
        ("http://127.0.0.1:8301", "pass"),
        ("http://replay.example", "fail"),
        ("http://localhost.example", "fail"),
    ],
)
def test_only_ones_own_machine_is_spoken_to_without_tls(origin: str, state: str) -> None:
    made = surveys.survey(found(None), Here(origin), {})
    assert next(check for check in made if check.id == "transport").state == state


def test_a_survey_holds_every_promise_once_in_the_order_of_the_page() -> None:
    made = surveys.survey(found(a_bucket()), Here(), {})
    assert [check.id for check in made] == list(TITLES)


@pytest.mark.parametrize(
    ("checks", "worst"),
    [
        ([], "pass"),
        ([PASSED, SKIPPED], "pass"),
        ([PASSED, NOTICED], "notice"),
        ([NOTICED, FAILED, PASSED], "fail"),
    ],
)
def test_the_dot_is_as_bad_as_the_worst_row(checks: list[Check], worst: str) -> None:
    assert standing(checks) == worst
