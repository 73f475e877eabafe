"""docs/privacy.md says what the code does: its switches, its masks, the bars of its fidelity."""

import re

from lib.policies import CAPABILITIES
from lib.privacy.attributes import never_field
from lib.privacy.rules import NEVER_NAMES, NEVER_TYPES
from lib.privacy.texts import INPUT_MASK, LONG, LONGEST, MIDDLE, SHORT, mask_input
from tests.privacy.sites import ROOT
from tests.privacy.test_fidelity import MOST_HEIGHT, MOST_PIXELS, MOST_PX

DOC = (ROOT / "docs" / "privacy.md").read_text()
PROSE = re.sub(r"\s+", " ", DOC)


def test_it_names_every_switch_and_no_other() -> None:
    named = re.findall(r"^\| [^|]*\(`(\w+)`\) \|", DOC, re.MULTILINE)
    assert sorted(named) == sorted(CAPABILITIES)


def test_its_masks_are_the_masks() -> None:
    assert f"{SHORT}, {MIDDLE}, {LONG} or {LONGEST} letters" in PROSE
    assert len(INPUT_MASK) == len(mask_input("a much longer value than eight letters")) == 8
    assert "becomes eight letters" in PROSE


def test_what_it_says_is_never_allowed_is_never_allowed() -> None:
    assert {"password", "hidden", "file"} == NEVER_TYPES
    assert {"token", "code", "password"} <= set(NEVER_NAMES)
    for autocomplete in ("cc-number", "one-time-code", "current-password", "new-password"):
        assert never_field("text", autocomplete)


def test_its_bars_are_those_that_are_tested() -> None:
    assert f"at most {MOST_PIXELS:.0%}".replace("%", " %") in PROSE
    assert f"at most {MOST_PX} pixels" in PROSE
    assert f"at most {MOST_HEIGHT:.0%}".replace("%", " %") in PROSE


def test_its_picture_is_there() -> None:
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", DOC):
        assert (ROOT / "docs" / picture).is_file()
