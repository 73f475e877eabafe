"""Changes: the mask of each increment, in place."""

from collections.abc import Callable
from typing import Any, Final

from lib.privacy.attributes import never_field
from lib.privacy.bounds import Bound
from lib.privacy.increments import (
    AddedRule,
    AdoptedStyleSheet,
    CustomElement,
    Field,
    Input,
    Mutation,
    Selection,
    StyleDeclaration,
    StyleSheetRule,
)
from lib.privacy.nodes import mask_node, mask_tag
from lib.privacy.stylesheets import mask_css, mask_property, mask_value
from lib.privacy.texts import mask_input


def mask_change(data: Any, bound: Bound) -> None:
    """Mask an increment in place. Kinds that carry numbers only were checked by their types."""
    mask = _MASKS.get(type(data))
    if mask is not None:
        mask(data, bound)


def _may_tell(field: Field | None) -> bool:
    return field is not None and not never_field(field.type, field.autocomplete)


def _mask_mutation(data: Mutation, bound: Bound) -> None:
    for text in data.texts:
        if text.value:
            text.value = bound.mask_text(text.value)
    for changed in data.attributes:
        changed.attributes = bound.attributes(changed.attributes, proved=False)
    for added in data.adds:
        mask_node(added.node, bound)


def _mask_input(data: Input, bound: Bound) -> None:
    if bound.inputs and _may_tell(data.field):
        data.text = bound.mask_field(data.text)
        return
    data.text, data.isChecked, data.field = mask_input(data.text), False, None


def _mask_rules(rules: list[AddedRule] | None) -> None:
    for rule in rules or ():
        rule.rule = mask_css(rule.rule)


def _mask_sheet(data: StyleSheetRule, _: Bound) -> None:
    _mask_rules(data.adds)
    if data.replace is not None:
        data.replace = mask_css(data.replace)
    if data.replaceSync is not None:
        data.replaceSync = mask_css(data.replaceSync)


def _mask_declaration(data: StyleDeclaration, _: Bound) -> None:
    if data.set is not None:
        data.set.property = mask_property(data.set.property) or "--"
        if data.set.value is not None:
            data.set.value = mask_value(data.set.value)
    if data.remove is not None:
        data.remove.property = mask_property(data.remove.property) or "--"


def _mask_selection(data: Selection, _: Bound) -> None:
    for each in data.ranges:
        each.startOffset = each.endOffset = 0


def _mask_adopted(data: AdoptedStyleSheet, _: Bound) -> None:
    for sheet in data.styles or ():
        _mask_rules(sheet.rules)


def _mask_custom_element(data: CustomElement, _: Bound) -> None:
    if data.define is not None:
        data.define.name = mask_tag(data.define.name)


_MASKS: Final[dict[type, Callable[[Any, Bound], None]]] = {
    Mutation: _mask_mutation,
    Input: _mask_input,
    StyleSheetRule: _mask_sheet,
    StyleDeclaration: _mask_declaration,
    Selection: _mask_selection,
    AdoptedStyleSheet: _mask_adopted,
    CustomElement: _mask_custom_element,
}
