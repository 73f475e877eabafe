"""The masks equal the browser's: sdk/test/privacy reads the same vectors."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib import privacy
from lib.privacy.addresses import mask_address
from lib.privacy.aliases import alias
from lib.privacy.attributes import mask_attributes
from lib.privacy.bodies import mask_body
from lib.privacy.cards import looks_like_card
from lib.privacy.stylesheets import mask_css
from lib.privacy.texts import mask_text
from tests.vectors import rules_ts

VECTORS = Path(__file__).parents[2] / "vectors"


def mask_event(vector: dict[str, Any]) -> Any:
    line = json.dumps(vector["in"]).encode() + b"\n"
    kept = privacy.enforce(line, frozenset(vector["allow"])).ndjson
    return json.loads(kept) if kept else None


MASKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "text": lambda vector: mask_text(vector["in"]),
    "css": lambda vector: mask_css(
        vector["in"],
        told=vector.get("told", False),
        shown=vector.get("shown", False),
        fonts=vector.get("fonts", False),
    ),
    "urls": lambda vector: mask_address(vector["in"], frozenset(vector["allow"])),
    "cards": lambda vector: looks_like_card(vector["in"]),
    "aliases": lambda vector: alias(vector["in"]),
    "attributes": lambda vector: mask_attributes(
        vector["in"], frozenset(vector["allow"]), proved=vector["proved"]
    ),
    "bodies": lambda vector: mask_body(vector["in"]["kind"], vector["in"]["text"]),
    "events": mask_event,
}


@pytest.mark.parametrize("name", MASKS)
def test_the_masks_equal_the_vectors_in_value_and_order(name: str) -> None:
    for vector in json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8")):
        assert json.dumps(MASKS[name](vector)) == json.dumps(vector["out"]), vector["in"]


def test_every_file_of_vectors_is_read() -> None:
    assert {path.stem for path in VECTORS.glob("*.json")} == set(MASKS)


def test_the_browser_has_the_table_that_the_server_has() -> None:
    assert rules_ts.TARGET.read_text(encoding="utf-8") == rules_ts.render()
