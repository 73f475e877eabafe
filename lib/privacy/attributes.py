"""Attribute masks: an allowlist by name (rules.json), each name with its kind of mask.

An attribute that the table does not name is left out. The mask looks at the name and value only,
never at the element, so that it holds for an attribute mutation too, which has but a node's id.
"""

import re
from typing import Any

from lib.privacy.aliases import alias
from lib.privacy.cards import looks_grouped, looks_like_card, tells_card
from lib.privacy.css_tokens import HIDDEN, tells_state
from lib.privacy.pictures import is_picture
from lib.privacy.rules import KIND_OF, NEVER_AUTOCOMPLETE, NEVER_TYPES
from lib.privacy.stylesheets import mask_css, mask_property, mask_value
from lib.privacy.texts import mask_input, mask_text

MAX_NUMBER = 999_999  # css_tokens.MAX_DIGITS of it
_PATH = re.compile(r"[MLHVCSQTAZEmlhvcsqtaze0-9., \t\r\n+-]*")
_NO_PATH = re.compile(r"[A-Za-z]{3}|[0-9]{7}")  # a word, or a number that is no coordinate
_FRACTION = re.compile(r"(\.[0-9]{4})[0-9]+")

Value = str | int | float | bool | None | dict[str, Any]
Attributes = dict[str, Any]


def mask_attributes(attributes: Attributes, allow: frozenset[str], *, proved: bool) -> Attributes:
    """Return the attributes that may be kept, masked, in their order.

    Args: attributes: of one element or mutation, untrusted. allow: capabilities.
    proved: whether these are all of the element's attributes, so that its field may be judged.
    """
    inputs = "inputs" in allow and proved and may_tell(attributes)
    kept: Attributes = {}
    for name, value in attributes.items():
        kind = KIND_OF.get(name.lower())
        if kind is None:
            continue
        if value is None:
            kept[name] = None
            continue
        masked = _mask(kind, value, allow, inputs=inputs)
        # A picture that is not kept is taken away, lest a replay go on showing the one before it.
        if masked is not None or kind == "images":
            kept[name] = masked
    return kept


def may_tell(attributes: Attributes) -> bool:
    """Say whether a field with these attributes may tell its value where inputs are allowed."""
    by_name = {name.lower(): value for name, value in attributes.items()}
    if by_name.get("data-rr-is-password") is not None:
        return False
    return not never_field(by_name.get("type"), by_name.get("autocomplete"))


def never_field(type_: object, autocomplete: object) -> bool:
    """Say whether a field of this type and autocomplete is never recorded."""
    if str(type_).lower() in NEVER_TYPES:
        return True
    return any(word.startswith(NEVER_AUTOCOMPLETE) for word in str(autocomplete).lower().split())


def _mask(kind: str, value: Value, allow: frozenset[str], *, inputs: bool) -> Value:
    if isinstance(value, dict):
        return mask_style(value, allow) if kind == "styles" else None
    if isinstance(value, str):
        return _mask_string(kind, value, allow, inputs=inputs)
    if isinstance(value, bool):
        return True if value and (kind == "flags" or (kind == "choices" and inputs)) else None
    if kind != "values" or value is None or abs(value) > MAX_NUMBER:
        return None
    return int(value)


def _mask_string(kind: str, value: str, allow: frozenset[str], *, inputs: bool) -> str | None:
    match kind:
        case "names":
            return " ".join([alias(name) for name in value.split()])
        case "values":
            return mask_value(value, told="text" in allow)
        case "states":
            masked = mask_value(value, told="text" in allow)
            return HIDDEN if "text" not in allow and tells_state(masked) else masked
        case "styles":
            return mask_css(
                value, told="text" in allow, shown="images" in allow, fonts="fonts" in allow
            )
        case "flags":
            return ""
        case "texts":
            return value if "text" in allow and not looks_like_card(value) else mask_text(value)
        case "inputs":
            return value if inputs and not looks_like_card(value) else mask_input(value)
        case "choices":
            return "" if inputs else None
        case "paths":
            return _mask_path_data(value)
        case "links":
            return "#" + alias(value[1:]) if value.startswith("#") and len(value) > 1 else "#"
    return value if "images" in allow and is_picture(value) else None


def _mask_path_data(data: str) -> str | None:
    cut = _FRACTION.sub(r"\1", data)
    if not _PATH.fullmatch(cut) or _NO_PATH.search(cut):
        return None
    return None if looks_grouped(cut) and tells_card(cut) else cut


def mask_style(style: dict[str, Any], allow: frozenset[str]) -> dict[str, Any]:
    """Return rrweb's changed declarations: property to value, [value, priority] or false."""
    told, shown, fonts = "text" in allow, "images" in allow, "fonts" in allow
    kept: dict[str, Any] = {}
    for name, value in style.items():
        property_ = mask_property(name, told=told)
        if not property_:
            continue
        if value is False:
            kept[property_] = False
        elif isinstance(value, str):
            kept[property_] = mask_value(value, property_, told=told, shown=shown, fonts=fonts)
        elif isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
            kept[property_] = [
                mask_value(value[0], property_, told=told, shown=shown, fonts=fonts),
                "important" if value[1] else "",
            ]
    return kept
