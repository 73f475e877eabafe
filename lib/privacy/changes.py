"""Changes: the mask of each kind of increment, in place."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Raw

from lib.privacy.attributes import never_field
from lib.privacy.bounds import Bound
from lib.privacy.increments import (
    AddedRule,
    AdoptedStyleSheet,
    ChangedAttributes,
    CustomElement,
    Field,
    Input,
    Mutation,
    Selection,
    StyleDeclaration,
    StyleSheetRule,
)
from lib.privacy.nodes import DRAWN, Document, mask_nodes, mask_tag
from lib.privacy.pictures import is_drawing
from lib.privacy.stylesheets import mask_property, mask_value
from lib.privacy.texts import mask_input

CANVAS = "canvas"  # the field's type by which the SDK vouches for a drawing

# Masks an event's data in place; False says that the event may not be kept.
Mask = Callable[[Any, Bound], bool | None]


def _attaches_nothing(data: Mutation) -> bool:
    """Say whether a mutation attaches a frame's document that is not loaded yet.

    rrweb tells it again, with the same number, once it is; the player, asked to seek past both,
    shows the frame empty.
    """
    return all(type(each.node) is Document and not each.node.childNodes for each in data.adds)


def _claim(field: Field | None, bound: Bound, capability: str) -> Field | None:
    """Return what the SDK says of a field or text where the policy makes it matter, or None."""
    if field is None or capability not in bound.allow:
        return None
    if never_field(field.type, field.autocomplete):
        return None
    told = bound.text
    return Field(mask_value(field.type, told=told), mask_value(field.autocomplete, told=told))


def _mask_mutation(data: Mutation, bound: Bound) -> bool:
    if data.isAttachIframe and _attaches_nothing(data):
        return False
    if bound.text or bound.inputs or bound.drawings:
        _claim_mutation(data, bound)
    else:
        _mask_all(data, bound)
    return True


def _mask_all(data: Mutation, bound: Bound) -> None:
    """Mask a mutation under a policy for which no claim matters."""
    known = bound.short.get
    for text in data.texts:
        text.field = None
        if text.value:
            text.value = bound.mask_text(text.value)
    for changed in data.attributes:
        if changed.field is not None:
            changed.field = None
        raw = changed.attributes
        changed.attributes = known(bytes(raw)) or bound.attributes(raw)
    roots = []
    for added in data.adds:
        if added.field is not None:
            added.field = None
        roots.append(added.node)
    if mask_nodes(roots, bound):
        for added, root in zip(data.adds, roots, strict=True):
            added.node = root


def _claim_mutation(data: Mutation, bound: Bound) -> None:
    """Mask a mutation under a policy for which the SDK's claims matter."""
    closed = bound.closed
    for text in data.texts:
        text.field = _claim(text.field, bound, "text")
        if text.value:
            text.value = (closed if text.field is None else bound).mask_text(text.value)
    for changed in data.attributes:
        if bound.drawings and _keep_drawing(changed):
            continue
        changed.field = _claim(changed.field, bound, "inputs")
        proved = changed.field is not None
        changed.attributes = bound.attributes(changed.attributes, proved=proved)
    for added in data.adds:
        added.field = _claim(added.field, bound, "text")
        roots = [added.node]
        mask_nodes(roots, closed if added.field is None else bound)
        added.node = roots[0]


def _keep_drawing(changed: ChangedAttributes) -> bool:
    """Keep what was drawn on a canvas, and nothing else of the change; say whether there was any.

    A change has but its node's number: that this is a canvas is the SDK's claim, which no other
    recorder makes. The player shows a drawing on nothing but a canvas.
    """
    if changed.field is None or changed.field.type != CANVAS:
        return False
    drawn = msgspec.json.decode(changed.attributes, type=dict[str, Any]).get(DRAWN)
    if not is_drawing(drawn):
        return False
    changed.field = Field(CANVAS)
    changed.attributes = Raw(msgspec.json.encode({DRAWN: drawn}))
    return True


def _mask_input(data: Input, bound: Bound) -> None:
    data.field = _claim(data.field, bound, "inputs")
    if data.field is None or not data.field.type:  # every field that a browser knows has a type
        data.field = None
        data.text, data.isChecked = mask_input(data.text), False
    else:
        data.text = bound.mask_field(data.text)


def _mask_rules(rules: list[AddedRule] | None, bound: Bound) -> None:
    for rule in rules or ():
        rule.rule = bound.mask_css(rule.rule)


def _mask_sheet(data: StyleSheetRule, bound: Bound) -> None:
    _mask_rules(data.adds, bound)
    if data.replace is not None:
        data.replace = bound.mask_css(data.replace)
    if data.replaceSync is not None:
        data.replaceSync = bound.mask_css(data.replaceSync)


def _mask_declaration(data: StyleDeclaration, bound: Bound) -> None:
    if data.set is not None:
        data.set.property = mask_property(data.set.property, told=bound.text)
        if data.set.value is not None:
            data.set.value = mask_value(
                data.set.value,
                data.set.property,
                told=bound.text,
                shown=bound.images,
                fonts=bound.fonts,
            )
    if data.remove is not None:
        data.remove.property = mask_property(data.remove.property, told=bound.text)


def _mask_selection(data: Selection, _: Bound) -> None:
    for each in data.ranges:
        each.startOffset = each.endOffset = 0


def _mask_adopted(data: AdoptedStyleSheet, bound: Bound) -> None:
    for sheet in data.styles or ():
        _mask_rules(sheet.rules, bound)


def _mask_custom_element(data: CustomElement, _: Bound) -> None:
    if data.define is not None:
        data.define.name = mask_tag(data.define.name)


# Kinds that are not here carry numbers only, which their types check.
CHANGES: Final[dict[type, Mask]] = {
    Mutation: _mask_mutation,
    Input: _mask_input,
    StyleSheetRule: _mask_sheet,
    StyleDeclaration: _mask_declaration,
    Selection: _mask_selection,
    AdoptedStyleSheet: _mask_adopted,
    CustomElement: _mask_custom_element,
}
