"""Settings: a function that lacks any says so at start-up, all at once, without their values."""

from dataclasses import dataclass

import pytest

from lib import settings
from lib.settings import NO_HEADER, HeaderName, SettingsInvalid


@dataclass(frozen=True, slots=True)
class Example:
    first_name: str
    number: int
    free: str = "default"


def test_fields_come_from_variables_of_their_name() -> None:
    environ = {"FIRST_NAME": "a", "NUMBER": "3", "OTHER": "x"}
    assert settings.load(Example, environ) == Example("a", 3)


def test_a_default_is_replaced_by_a_value_but_not_by_an_empty_one() -> None:
    environ = {"FIRST_NAME": "a", "NUMBER": "3", "FREE": "b"}
    assert settings.load(Example, environ).free == "b"
    assert settings.load(Example, {**environ, "FREE": ""}).free == "default"


@dataclass(frozen=True, slots=True)
class Headed:
    header: HeaderName = NO_HEADER


@pytest.mark.parametrize("name", ["X-Visitor-Country", "a", "A" * 64])
def test_a_header_is_named_by_letters_digits_and_hyphens(name: str) -> None:
    assert settings.load(Headed, {"HEADER": name}).header == name
    assert settings.load(Headed, {}).header == ""


@pytest.mark.parametrize(
    "name", ["X Country", "x:y", "-x", "1", "A" * 65, "x\n", "l\u00e4nd", "x_y"]
)
def test_what_is_no_header_s_name_ends_the_start(name: str) -> None:
    with pytest.raises(SettingsInvalid, match="HEADER is malformed"):
        settings.load(Headed, {"HEADER": name})


def test_every_fault_is_named_at_once_and_no_value_is() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        settings.load(Example, {"NUMBER": "secret"})
    text = str(refused.value)
    assert "FIRST_NAME is missing" in text
    assert "NUMBER is malformed" in text
    assert "secret" not in text


def test_a_development_server_is_never_started() -> None:
    with pytest.raises(SettingsInvalid, match="DEBUG"):
        settings.load(Example, {"FIRST_NAME": "a", "NUMBER": "3", "DEBUG": "1"})


def test_it_ends_the_process() -> None:
    assert issubclass(SettingsInvalid, SystemExit)
