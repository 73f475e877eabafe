"""The browser's masks and the server's are equal for texts that nobody thought of."""

import json
import random
import subprocess
from pathlib import Path

from lib.privacy.addresses import mask_address
from lib.privacy.stylesheets import mask_css, mask_value
from lib.privacy.texts import mask_text

ROOT = Path(__file__).parents[3]
SEED, SAMPLES, LONGEST = 4, 4_000, 16
PARTS = r"""{ } ; : ( ) [ ] " ' \ \26 /* */ @media @layer @import @font-face @supports url( url(#a
url("data:image/png;base64,AA") url(]0)
URL(data:image/gif;base64,B/+=) .a #fff #x --v - 1 12 1234 4559 1790 -2164 .5 1e3 12345678 px red
hidden Foo grid-area animation: color: content: [data-size="4 [href^=a] [class~="a ! , > + ~ * = <
` % $ & ? / // # é 😀 src( image-set( x-abcdefg rr-block :hover https://a.example v1 a@b.example
image url"""
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\f", "\x00", "\x7f", "\x85", "\xa0", "\u2028", "\u3000"]


def masks(text: str) -> list[str]:
    """What masks.mjs gives."""
    return [
        mask_css(text),
        mask_css(text, told=True, shown=True),
        mask_value(text),
        mask_value(text, "grid-area", told=True, shown=True),
        mask_css(text, shown=True),
        mask_text(text),
        mask_address(text, frozenset()),
    ]


def test_random_texts_are_masked_alike_in_both_languages() -> None:
    chance = random.Random(SEED)
    parts = [*PARTS.split(), *SPACES]
    samples = ["".join(chance.choices(parts, k=chance.randint(1, LONGEST))) for _ in range(SAMPLES)]
    answer = subprocess.run(
        ["node", ROOT / "tests/vectors/masks.mjs"],
        cwd=ROOT / "sdk",
        input=json.dumps(samples),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    for sample, browsers in zip(samples, json.loads(answer.stdout), strict=True):
        assert masks(sample) == browsers, sample


def test_masks_of_random_texts_are_their_own_masks() -> None:
    chance = random.Random(SEED)
    parts = [*PARTS.split(), *SPACES]
    for _ in range(SAMPLES):
        sample = "".join(chance.choices(parts, k=chance.randint(1, LONGEST)))
        for told in (False, True):
            masked = mask_css(sample, told=told, shown=True)
            assert mask_css(masked, told=told, shown=True) == masked, sample
