"""The browser's masks and the server's are equal for texts that nobody thought of."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

from lib import privacy
from lib.privacy.addresses import mask_address
from lib.privacy.stylesheets import mask_css, mask_value
from lib.privacy.texts import mask_text
from tests.lib.privacy.odd_events import Dice

ROOT = Path(__file__).parents[3]
SEED, SAMPLES, LONGEST = 4, 4_000, 16
EVENTS = 2_000
PARTS = r"""{ } ; : ( ) [ ] " ' \ \26 /* */ @media @layer @import @font-face @supports url( url(#a
url("data:image/png;base64,AA") url(]0)
URL(data:image/gif;base64,B/+=) .a #fff #x --v - 1 12 1234 4559 1790 -2164 .5 1e3 12345678 px red
hidden Foo grid-area animation: color: content: [data-size="4 [href^=a] [class~="a ! , > + ~ * = <
` % $ & ? / // # é 😀 src( image-set( x-abcdefg rr-block :hover https://a.example v1 a@b.example
image url font: font-family: "\\e900" '\\F0001 ' "\ue900\ue901" "\ue900a" "My Icons" serif"""
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\f", "\x00", "\x7f", "\x85", "\xa0", "\u2028", "\u3000"]


def in_browser(script: str, asked: list[Any]) -> list[Any]:
    """What the SDK's masks make of it."""
    answer = subprocess.run(
        ["node", ROOT / "tests/vectors" / script],
        cwd=ROOT / "sdk",
        input=json.dumps(asked),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    answers: list[Any] = json.loads(answer.stdout)
    return answers


def masks(text: str) -> list[str]:
    """What masks.mjs gives."""
    return [
        mask_css(text),
        mask_css(text, told=True, shown=True),
        mask_value(text),
        mask_value(text, "grid-area", told=True, shown=True),
        mask_css(text, shown=True),
        mask_css(text, fonts=True),
        mask_value(text, "font", fonts=True),
        mask_text(text),
        mask_address(text, frozenset()),
    ]


def test_random_texts_are_masked_alike_in_both_languages() -> None:
    chance = random.Random(SEED)
    parts = [*PARTS.split(), *SPACES]
    samples = ["".join(chance.choices(parts, k=chance.randint(1, LONGEST))) for _ in range(SAMPLES)]
    for sample, browsers in zip(samples, in_browser("masks.mjs", samples), strict=True):
        assert masks(sample) == browsers, sample


def stored(event: Any, allow: list[str]) -> Any:
    line = json.dumps(event).encode() + b"\n"
    return json.loads(privacy.enforce(line, frozenset(allow)).ndjson or b"null")


def test_what_the_browser_makes_of_a_random_event_is_stored_as_it_is() -> None:
    dice = Dice(SEED)
    asked = [(dice.capabilities(), dice.event()) for _ in range(EVENTS)]
    answers = in_browser("events.mjs", asked)
    for (allow, event), masked in zip(asked, answers, strict=True):
        assert stored(masked, allow) == masked, (allow, event)


def test_an_event_that_the_server_masked_is_stored_as_it_is_another_time() -> None:
    dice = Dice(SEED)
    for _ in range(EVENTS):
        allow, event = dice.capabilities(), dice.event()
        once = stored(event, allow)
        assert stored(once, allow) == once, (allow, event)


def test_masks_of_random_texts_are_their_own_masks() -> None:
    chance = random.Random(SEED)
    parts = [*PARTS.split(), *SPACES]
    for _ in range(SAMPLES):
        sample = "".join(chance.choices(parts, k=chance.randint(1, LONGEST)))
        for told in (False, True):
            masked = mask_css(sample, told=told, shown=True)
            assert mask_css(masked, told=told, shown=True) == masked, sample
            masked = mask_css(sample, told=told, fonts=True)
            assert mask_css(masked, told=told, fonts=True) == masked, sample
