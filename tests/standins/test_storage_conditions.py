"""IAM conditions: what the stand-ins understand; the rest is refused rather than guessed."""

import pytest

from infra.local.identity.conditions import ConditionUnsupported, check, holds

NAME = "projects/_/buckets/b/objects/s/a/1"
LIST = "storage.googleapis.com/objectListPrefix"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("resource.name.startsWith('projects/_/buckets/b/objects/s/a/')", True),
        ("resource.name.startsWith('projects/_/buckets/b/objects/s/b/')", False),
        (f"resource.name == '{NAME}'", True),
        (f"resource.name != '{NAME}'", False),
        ("resource.type == 'storage.googleapis.com/Object'", True),
        ("request.time < timestamp('2026-11-23T12:00:01Z')", True),
        ("request.time < timestamp('2026-11-23T12:00:00Z')", False),
        ("request.time < timestamp('2026-11-23T14:00:00+02:00')", False),
        (f"api.getAttribute('{LIST}', '').startsWith('s/a')", True),
        (f"api.getAttribute('{LIST}', '') == 's/a/'", True),
        ("resource.name == 'x' || resource.type != 'x'", True),
        ("resource.name == 'x' || resource.type == 'x' && resource.name != 'x'", False),
        ("(resource.name == 'x' || resource.name != 'y') && resource.type != 'x'", True),
    ],
)
def test_a_condition_is_judged_as_cel_would(expression: str, expected: bool) -> None:
    attributes = {
        "resource.name": NAME,
        "resource.type": "storage.googleapis.com/Object",
        "request.time": "2026-11-23T12:00:00Z",
        LIST: "s/a/",
    }
    assert holds(expression, attributes) is expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "true",
        "resource.name.endsWith('x')",
        "resource.name.matches('.*')",
        "resource.name.startsWith('a') ||",
        "resource.name.startsWith('a') resource.name.startsWith('b')",
        "(resource.name == 'a'",
        "!resource.name.startsWith('a')",
        "request.time < timestamp('soon')",
        "origin.ip == '1'",
        "resource.name == 'a",
    ],
)
def test_what_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(ConditionUnsupported):
        check(expression)
