"""What single masks must not let through: each of these was a line that no other test held."""

import json
from typing import Any

import pytest

from lib import privacy
from lib.privacy import aliases
from lib.privacy.addresses import MAX_ADDRESS_CHARS, mask_address
from lib.privacy.attributes import may_tell
from lib.privacy.customs import MAX_MESSAGE_CHARS
from lib.privacy.pictures import MAX_PICTURE_CHARS, MAX_PICTURES, is_picture
from lib.privacy.stylesheets import mask_css

CARD = "4111 1111 1111 1111"
PICTURE = "data:image/png;base64,"


def stored(data: dict[str, Any], *allow: str, kind: int = 3) -> Any:
    """What is kept of an event's data."""
    event = {"type": kind, "data": data, "timestamp": 1000}
    kept = privacy.enforce(json.dumps(event).encode(), frozenset(allow)).ndjson
    return json.loads(kept)["data"] if kept else None


def element(tag: str, *below: Any, **attributes: Any) -> dict[str, Any]:
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": [*below], "id": 5}


def text(content: str) -> dict[str, Any]:
    return {"type": 3, "textContent": content, "id": 6}


def picture(node: Any, *allow: str) -> Any:
    """What is kept of a snapshot's tree."""
    whole = {"node": node, "initialOffset": {"left": 0, "top": 0}}
    return stored(whole, *allow, kind=2)["node"]


@pytest.mark.parametrize("over", [0, 1])
def test_an_address_is_cut_where_it_is_too_long(over: int) -> None:
    address = "/a" * ((MAX_ADDRESS_CHARS + 2 * over) // 2)
    assert mask_address(address, frozenset()) == "/a" * (MAX_ADDRESS_CHARS // 2)


@pytest.mark.parametrize(("letters", "kept"), [(64, True), (65, False)])
def test_the_memory_of_aliases_holds_short_names_only(letters: int, kept: bool) -> None:
    name = "m" * letters
    aliases.alias(name)
    assert (name in aliases._memo) is kept


@pytest.mark.parametrize("name", ["type", "TYPE", "Type"])
def test_a_field_is_judged_by_its_type_in_any_case(name: str) -> None:
    assert not may_tell({name: "password"})
    assert may_tell({name: "text"})


def test_a_card_in_page_text_and_its_attributes_is_masked() -> None:
    kept = picture(element("p", text(CARD), title=CARD, alt="1"), "text")
    assert kept["attributes"] == {"title": "xxxx xxxx xxxx xxxx", "alt": "1"}
    assert kept["childNodes"][0]["textContent"] == "xxxx xxxx xxxx xxxx"


@pytest.mark.parametrize(("numbers", "kept"), [(CARD, False), ("4111 1111 1111 1112", True)])
def test_a_drawing_that_is_a_card_is_left_out(numbers: str, kept: bool) -> None:
    assert ("points" in picture(element("polygon", points=numbers))["attributes"]) is kept


def test_style_sheets_of_one_length_and_end_are_not_mixed_up() -> None:
    end = "a{top:0}" * 90
    sheets = [f"a{{color:{colour}}}{end}" for colour in ("red", "tan", "red")]
    kept = [picture(element("style", _cssText=each))["attributes"]["_cssText"] for each in sheets]
    assert kept == [mask_css(each) for each in sheets]


def test_a_claim_counts_only_where_its_capability_is_allowed() -> None:
    field = {"type": "text"}
    typed = {"source": 5, "text": "jane", "isChecked": True, "id": 1, "field": field}
    kept = stored(typed, "text")
    assert kept == {"source": 5, "text": "xxxxxxxx", "isChecked": False, "id": 1}


def test_a_selection_tells_no_length() -> None:
    ranges = [{"start": 1, "startOffset": 3, "end": 2, "endOffset": 7}]
    kept = stored({"source": 14, "ranges": ranges})["ranges"]
    assert kept == [{"start": 1, "startOffset": 0, "end": 2, "endOffset": 0}]


@pytest.mark.parametrize("how", ["replace", "replaceSync"])
def test_a_style_sheet_that_replaces_another_is_masked(how: str) -> None:
    sheet = ".jane::before{content:'jane'}"
    assert stored({"source": 8, "styleId": 1, how: sheet})[how] == mask_css(sheet)


@pytest.mark.parametrize("chars", [MAX_PICTURE_CHARS, MAX_PICTURE_CHARS + 1])
def test_a_picture_has_a_limit_in_either_place(chars: int) -> None:
    address = PICTURE + "A" * (chars - len(PICTURE))
    fits = chars <= MAX_PICTURE_CHARS
    assert is_picture(address) is fits
    assert (address in mask_css(f"a{{cursor:url({address})}}", shown=True)) is fits


def test_a_style_sheet_has_a_limit_of_pictures() -> None:
    sheet = f"a{{cursor:url({PICTURE}A)}}" * (MAX_PICTURES + 1)
    assert mask_css(sheet, shown=True).count(PICTURE) == MAX_PICTURES


def test_a_message_with_a_card_is_its_own_mask() -> None:
    payload = {"level": "log", "text": CARD + " a" * MAX_MESSAGE_CHARS}
    once = stored({"tag": "sealtape.console", "payload": payload}, "console", kind=5)
    assert stored(once, "console", kind=5) == once
    assert len(once["payload"]["text"]) <= MAX_MESSAGE_CHARS


@pytest.mark.parametrize("allow", [["text"], ["inputs"], ["inputs", "text"]])
def test_text_of_an_editor_is_both_typed_and_page_text(allow: list[str]) -> None:
    editor = element("div", text("jane"), element("b", text("jane")), contenteditable="")
    kept = json.dumps(picture(editor, *allow))
    assert kept.count("jane") == (2 if len(allow) == len(["inputs", "text"]) else 0)


def test_a_list_within_a_field_that_is_never_told_is_judged_by_itself() -> None:
    inner = element("select", element("option", text("a"), value="in"))
    outer = element("select", element("option", value="out"), inner, autocomplete="cc-type")
    kept = json.dumps(picture(outer, "inputs"))
    assert '"in"' in kept
    assert '"out"' not in kept
