"""The steps of a rotation: their order, what they refuse, and what a crash leaves to finish."""

from collections.abc import Callable

import pytest

from infra.rotations import RETIRE_AFTER_S, Rotation, RotationRefused
from infra.secrets_admin import contents
from infra.secrets_admin.contents import PUBLIC, SIGNING
from lib import signing_keys
from lib.tokens import LEEWAY_S, SESSION_MAX_S

NOW = 1_795_439_274.0


class Crash(Exception):
    """The operator's machine died."""


class Installation:
    """Secrets and functions in memory; it can be told to crash before the n-th change."""

    def __init__(self) -> None:
        self.now = NOW
        self.changes: list[str] = []
        self.crash_at = -1
        self._texts: dict[str, dict[int, str]] = {name: {} for name in contents.NAMES}
        self._gone: set[tuple[str, int]] = set()
        contents.seed(self, contents.fresh())
        self._pins = {function: dict.fromkeys(uses, 1) for function, uses in contents.USES.items()}
        self._changed = dict.fromkeys(contents.USES, NOW)
        self.changes.clear()

    def rotation(self) -> Rotation:
        return Rotation(self, self, clock=lambda: self.now, progress=lambda _: None)

    def versions(self, name: str) -> list[int]:
        return [number for number in self._texts[name] if (name, number) not in self._gone]

    def read(self, name: str, version: int) -> str:
        assert (name, version) not in self._gone
        return self._texts[name][version]

    def add(self, name: str, text: str) -> int:
        number = len(self._texts[name]) + 1
        self._change(f"add {name}:{number}")
        self._texts[name][number] = text
        return number

    def destroy(self, name: str, version: int) -> None:
        self._change(f"destroy {name}:{version}")
        self._gone.add((name, version))

    def pinned(self, function: str) -> dict[str, int]:
        return dict(self._pins[function])

    def changed(self, function: str) -> float:
        return self._changed[function]

    def deploy(self, function: str, versions: dict[str, int]) -> None:
        self._change(f"deploy {function} {versions}")
        self._pins[function] |= versions
        self._changed[function] = self.now
        self.check()

    def check(self) -> None:
        """What is signed now, and what was before, must be believed by every function."""
        for function in ("ingest", "handshake"):
            assert self.signing_kid() in self.believed(function)

    def signing_kid(self) -> str:
        version = self._pins["handshake"]["SESSION_SIGNING_KEY"]
        return signing_keys.signer(self.read(SIGNING, version)).kid

    def believed(self, function: str) -> set[str]:
        version = self._pins[function]["SESSION_PUBLIC_KEYS"]
        return set(signing_keys.public_keys(self.read(PUBLIC, version)))

    def _change(self, what: str) -> None:
        if len(self.changes) == self.crash_at:
            raise Crash
        self.changes.append(what)


@pytest.fixture
def place() -> Installation:
    """A fresh installation."""
    return Installation()


def test_a_key_is_published_everywhere_before_it_signs(place: Installation) -> None:
    place.rotation().rotate()
    assert place.changes == [
        f"add {SIGNING}:2",
        f"add {PUBLIC}:2",
        "deploy ingest {'SESSION_PUBLIC_KEYS': 2}",
        "deploy handshake {'SESSION_PUBLIC_KEYS': 2}",
        "deploy handshake {'SESSION_SIGNING_KEY': 2}",
    ]


def test_the_old_key_is_believed_until_it_is_retired(place: Installation) -> None:
    old = place.signing_kid()
    place.rotation().rotate()
    assert place.believed("ingest") == place.believed("handshake") == {old, place.signing_kid()}
    place.now += RETIRE_AFTER_S
    place.rotation().retire()
    assert place.believed("ingest") == place.believed("handshake") == {place.signing_kid()}
    assert place.changes[-2:] == [f"destroy {PUBLIC}:1", f"destroy {PUBLIC}:2"]
    assert place.versions(SIGNING) == [2]


def test_the_old_key_is_not_retired_a_second_too_early(place: Installation) -> None:
    place.rotation().rotate()
    place.now += RETIRE_AFTER_S - 1
    with pytest.raises(RotationRefused, match="wait 1 minutes"):
        place.rotation().retire()
    assert len(place.changes) == 5


def test_waiting_covers_the_longest_visit_and_its_leeway() -> None:
    assert RETIRE_AFTER_S > SESSION_MAX_S + LEEWAY_S


def test_a_deployment_for_another_reason_makes_the_wait_longer_never_shorter(
    place: Installation,
) -> None:
    place.rotation().rotate()
    place.now += RETIRE_AFTER_S - 1
    place.deploy("handshake", {})
    place.now += 1
    with pytest.raises(RotationRefused):
        place.rotation().retire()


def test_a_second_rotation_waits_for_the_first_to_be_retired(place: Installation) -> None:
    place.rotation().rotate()
    with pytest.raises(RotationRefused, match="retire it first"):
        place.rotation().rotate()


def test_rotations_follow_each_other(place: Installation) -> None:
    seen = {place.signing_kid()}
    for _ in range(3):
        place.rotation().rotate()
        place.now += RETIRE_AFTER_S
        place.rotation().retire()
        seen.add(place.signing_kid())
    assert len(seen) == 4


def test_retiring_without_a_rotation_changes_nothing(place: Installation) -> None:
    place.rotation().retire()
    assert place.changes == []


def test_a_key_that_does_not_sign_yet_cannot_push_the_old_one_out(place: Installation) -> None:
    place.crash_at = 4
    with pytest.raises(Crash):
        place.rotation().rotate()
    place.crash_at, place.now = -1, place.now + RETIRE_AFTER_S
    with pytest.raises(RotationRefused, match="rotate first"):
        place.rotation().retire()


@pytest.mark.parametrize("step", range(5))
def test_a_rotation_cut_short_goes_on_where_it_was(place: Installation, step: int) -> None:
    finish(place, step, lambda: place.rotation().rotate())
    assert place.versions(SIGNING) == place.versions(PUBLIC) == [1, 2]
    assert len(place.believed("ingest")) == 2
    assert place.pinned("handshake") == {"SESSION_SIGNING_KEY": 2, "SESSION_PUBLIC_KEYS": 2}


@pytest.mark.parametrize("step", range(6))
def test_a_retirement_cut_short_goes_on_where_it_was(place: Installation, step: int) -> None:
    place.rotation().rotate()
    place.now += RETIRE_AFTER_S
    finish(place, len(place.changes) + step, lambda: place.rotation().retire())
    assert place.versions(SIGNING) == [2]
    assert place.versions(PUBLIC) == [3]
    assert place.believed("ingest") == place.believed("handshake") == {place.signing_kid()}


def finish(place: Installation, crash_at: int, step: Callable[[], None]) -> None:
    """Crash before a change, then start the command again."""
    place.crash_at = crash_at
    with pytest.raises(Crash):
        step()
    place.crash_at = -1
    step()
