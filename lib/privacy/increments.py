"""Increments: each change since a snapshot, typed, by rrweb's `source`.

Sources that are not here (9 canvas, 10 fonts, 11 log, and any that rrweb may add) are dropped.
Members stand in the order in which rrweb writes them; events hold no cycles, so the collector
need not follow them. Source: @rrweb/types 2.1.6.
"""

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from lib.privacy.nodes import Node
from lib.privacy.numbers import Id, Pixels

Index = Annotated[int, Meta(ge=0, le=1_000_000)]
Path = Index | list[Index]
Seconds = Annotated[int, Meta(ge=0, le=1_000_000)] | Annotated[float, Meta(ge=0, le=1_000_000)]
Kind = Annotated[int, Meta(ge=0, le=16)]


class Field(Struct, omit_defaults=True, gc=False):
    """What our SDK says of the field or text that a change concerns; a claim that only narrows.

    Without it nothing of the change is kept unmasked: see docs/decisions/0003.
    """

    type: str = ""
    autocomplete: str = ""


class ChangedText(Struct, omit_defaults=True, kw_only=True, gc=False):
    """A text node's new text."""

    id: Id
    value: str | None
    field: Field | None = None


class ChangedAttributes(Struct, omit_defaults=True, kw_only=True, gc=False):
    """An element's changed attributes."""

    id: Id
    attributes: Raw
    field: Field | None = None


class Removed(Struct, omit_defaults=True, kw_only=True, gc=False):
    """A node that left."""

    parentId: Id
    id: Id
    isShadow: bool = False


class Added(Struct, omit_defaults=True, kw_only=True, gc=False):
    """A tree that came."""

    parentId: Id
    previousId: Id | None = None
    nextId: Id | None
    node: Node
    field: Field | None = None


class Mutation(Struct, tag_field="source", tag=0, omit_defaults=True, gc=False):
    """Changes of the tree."""

    texts: list[ChangedText]
    attributes: list[ChangedAttributes]
    removes: list[Removed]
    adds: list[Added]
    isAttachIframe: bool = False


class Position(Struct, gc=False):
    """Where the pointer was."""

    x: Pixels
    y: Pixels
    id: Id
    timeOffset: Pixels


class MouseMove(Struct, tag_field="source", tag=1, gc=False):
    """The pointer's path."""

    positions: list[Position]


class TouchMove(Struct, tag_field="source", tag=6, gc=False):
    """A finger's path."""

    positions: list[Position]


class Drag(Struct, tag_field="source", tag=12, gc=False):
    """A dragged thing's path."""

    positions: list[Position]


class MouseInteraction(Struct, tag_field="source", tag=2, omit_defaults=True, gc=False):
    """A press, click, focus or touch."""

    type: Kind
    id: Id
    x: Pixels | None = None
    y: Pixels | None = None
    pointerType: Kind | None = None


class Scroll(Struct, tag_field="source", tag=3, gc=False):
    """How far something was scrolled."""

    id: Id
    x: Pixels
    y: Pixels


class ViewportResize(Struct, tag_field="source", tag=4, gc=False):
    """The viewport's new size."""

    width: Pixels
    height: Pixels


class Input(Struct, tag_field="source", tag=5, omit_defaults=True, kw_only=True, gc=False):
    """A field's new value."""

    text: str
    isChecked: bool
    userTriggered: bool | None = None
    id: Id
    field: Field | None = None


class MediaInteraction(Struct, tag_field="source", tag=7, omit_defaults=True, gc=False):
    """Playing and pausing."""

    type: Kind
    id: Id
    currentTime: Seconds | None = None
    volume: Seconds | None = None
    muted: bool | None = None
    loop: bool | None = None
    playbackRate: Seconds | None = None


class AddedRule(Struct, omit_defaults=True, gc=False):
    """A CSS rule that came."""

    rule: str
    index: Path | None = None


class RemovedRule(Struct, gc=False):
    """A CSS rule that left."""

    index: Path


class StyleSheetRule(Struct, tag_field="source", tag=8, omit_defaults=True, gc=False):
    """Changes of a style sheet's rules."""

    id: Id | None = None
    styleId: Id | None = None
    removes: list[RemovedRule] | None = None
    adds: list[AddedRule] | None = None
    replace: str | None = None
    replaceSync: str | None = None


class SetProperty(Struct, omit_defaults=True, gc=False):
    """A declaration's new value."""

    property: str
    value: str | None
    priority: Literal["important", ""] | None = None


class RemovedProperty(Struct, gc=False):
    """A declaration that left."""

    property: str


class StyleDeclaration(Struct, tag_field="source", tag=13, omit_defaults=True, gc=False):
    """Changes of one rule's declarations."""

    id: Id | None = None
    styleId: Id | None = None
    set: SetProperty | None = None
    remove: RemovedProperty | None = None
    index: list[Index] | None = None


class Range(Struct, gc=False):
    """A selected range; its offsets are not kept."""

    start: Id
    startOffset: Index
    end: Id
    endOffset: Index


class Selection(Struct, tag_field="source", tag=14, gc=False):
    """What is selected."""

    ranges: list[Range]


class AdoptedRules(Struct, gc=False):
    """A constructed style sheet."""

    styleId: Id
    rules: list[AddedRule]


class AdoptedStyleSheet(
    Struct, tag_field="source", tag=15, omit_defaults=True, kw_only=True, gc=False
):
    """The constructed style sheets of a document or shadow root."""

    id: Id
    styleIds: list[Id]
    styles: list[AdoptedRules] | None = None


class Defined(Struct, gc=False):
    """A custom element's name."""

    name: str


class CustomElement(Struct, tag_field="source", tag=16, omit_defaults=True, gc=False):
    """A custom element was defined."""

    define: Defined | None = None


Increment = (
    Mutation
    | MouseMove
    | MouseInteraction
    | Scroll
    | ViewportResize
    | Input
    | TouchMove
    | MediaInteraction
    | StyleSheetRule
    | Drag
    | StyleDeclaration
    | Selection
    | AdoptedStyleSheet
    | CustomElement
)
