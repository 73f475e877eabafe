"""Nodes: the tree of a page, typed, and its mask.

Members stand in the order in which rrweb writes them. Source: @rrweb/types 2.1.6.
"""

from typing import Any, Final, Literal

import msgspec
from msgspec import Raw, Struct

from lib.privacy.aliases import alias, is_alias
from lib.privacy.attributes import may_tell
from lib.privacy.bounds import SHORT_BYTES, Bound, bound_of
from lib.privacy.numbers import Id
from lib.privacy.pictures import is_drawing, is_picture
from lib.privacy.rules import RENAME, TAGS, WORDS
from lib.privacy.texts import mask_input, mask_text

MAX_DEPTH = 512  # levels of DOM; Chromium's own parser stops at 512
MAX_MEMO = 4_096  # tag names, of at most MEMO_CHARS
MEMO_CHARS = 64

NONE: Final[dict[str, str]] = {}  # no masks are remembered of texts that are not page text
EMPTY = b"{}"  # most elements of a table have no attributes
# What the text below an element is. From FIELD on there are attributes to look at; from PICTURE on
# there is no text.
TEXT, CSS, NOTHING, EDITABLE, FIELD, CHOICE, PICTURE, BOX, DRAWING = range(9)
PAGE_TEXT: Final = (TEXT, CHOICE)
_CHILDREN: Final = {
    "style": CSS,
    "noscript": NOTHING,
    "textarea": FIELD,
    "select": CHOICE,
    "img": PICTURE,
    "input": BOX,
    "canvas": DRAWING,
}
MEASURED = b'"rr_width":'  # what rrweb says of a blocked element
DRAWN = "rr_dataURL"  # where rrweb puts what it drew of an image or a canvas


class Document(Struct, tag_field="type", tag=0, omit_defaults=True, kw_only=True, gc=False):
    """A document, of the page or of a frame."""

    childNodes: list["Node"]
    compatMode: Literal["BackCompat", "CSS1Compat"] | None = None
    rootId: Id | None = None
    id: Id


class Doctype(Struct, tag_field="type", tag=1, omit_defaults=True, kw_only=True, gc=False):
    """A document's type."""

    name: str
    publicId: str
    systemId: str
    rootId: Id | None = None
    id: Id


class Element(Struct, tag_field="type", tag=2, omit_defaults=True, kw_only=True, gc=False):
    """An element; its attributes stay bytes until they are masked."""

    tagName: str
    attributes: Raw
    childNodes: list["Node"]
    isSVG: bool = False
    needBlock: bool = False
    rootId: Id | None = None
    isCustom: bool = False
    id: Id
    isShadowHost: bool = False
    isShadow: bool = False


class Text(Struct, tag_field="type", tag=3, omit_defaults=True, kw_only=True, gc=False):
    """A text node."""

    textContent: str
    rootId: Id | None = None
    id: Id
    isShadow: bool = False


class CData(Struct, tag_field="type", tag=4, omit_defaults=True, kw_only=True, gc=False):
    """A CDATA section: rrweb takes its place only; stored as an empty text.

    A replay's document is HTML, in which no such section can be made: the player would throw.
    """

    textContent: str
    rootId: Id | None = None
    id: Id


class Comment(Struct, tag_field="type", tag=5, omit_defaults=True, kw_only=True, gc=False):
    """A comment: kept for its place, without its text."""

    textContent: str
    rootId: Id | None = None
    id: Id
    isShadow: bool = False


Node = Document | Doctype | Element | Text | CData | Comment


class TreeTooDeep(ValueError):
    """The tree has more than MAX_DEPTH levels."""


_tags: dict[str, tuple[str, int]] = {}


def mask_tag(name: str) -> str:
    """Return an element's name: a known one, what stands for one that may act, or an alias."""
    return _tag(name)[0]


def _tag(name: str) -> tuple[str, int]:
    known = _tags.get(name)
    if known is not None:
        return known
    lower = name.lower()
    lower = RENAME.get(lower, lower)
    known_name = lower in WORDS or lower in TAGS or is_alias(lower)
    kept = lower if known_name else alias(lower)
    made = kept, _CHILDREN.get(kept, TEXT)
    if len(name) <= MEMO_CHARS:
        if len(_tags) >= MAX_MEMO:
            _tags.clear()
        _tags[name] = made
    return made


def mask_nodes(roots: list[Node], bound: Bound) -> bool:
    """Mask trees in place, level by level: the hottest loop of ingest.

    Args: roots: untrusted; a text node without its parent is page text. A CDATA section, here or
    below, is replaced in its list; returns whether one was.
    Raises: TreeTooDeep.
    """
    replaced = False
    known_tag, known_attributes, told = _tags.get, bound.short.get, bound.text
    known_texts = {TEXT: bound.texts}
    level: list[tuple[list[Node], int]] = [(roots, TEXT)]
    for _ in range(MAX_DEPTH + 1):
        below: list[tuple[list[Node], int]] = []
        for nodes, kind in level:
            known_text = known_texts.get(kind, NONE).get
            for node in nodes:
                if type(node) is Text:
                    text = node.textContent
                    node.textContent = known_text(text) or _mask_text(text, kind, bound)
                elif type(node) is Element:
                    node.tagName, own = known_tag(node.tagName) or _tag(node.tagName)
                    raw = bytes(node.attributes)
                    if raw != EMPTY:
                        node.attributes = (
                            len(raw) <= SHORT_BYTES and known_attributes(raw)
                        ) or bound.attributes(node.attributes)
                        if own >= FIELD:
                            _look_closer(node, raw, own, bound)
                    if node.childNodes:
                        if told and own in PAGE_TEXT:
                            own = _kind_below(node, kind)
                        below.append((node.childNodes, own))
                else:
                    replaced |= _mask_other(node, nodes, below)
        if not below:
            return replaced
        level = below
    raise TreeTooDeep


def _look_closer(node: Element, raw: bytes, kind: int, bound: Bound) -> None:
    """Show an image; close a field that is never told. Args: raw: its attributes as they came."""
    if kind >= PICTURE:
        _show(node, raw, kind, bound)
    elif bound.inputs and not may_tell(msgspec.json.decode(raw, type=dict[str, Any])):
        _close(node, kind, bound_of(bound.allow - {"inputs"}))


def _close(field: Element, kind: int, bound: Bound) -> None:
    """Mask what lies below a field as a policy without inputs would: its text, its choices.

    It ends at a field within, which is judged by itself: no node is looked at twice.
    """
    for text in field.childNodes:
        if type(text) is Text and kind == FIELD:
            text.textContent = mask_input(text.textContent)
    waiting = [field]
    while waiting:
        for node in waiting.pop().childNodes:
            if type(node) is Element and _tag(node.tagName)[1] not in (FIELD, CHOICE):
                node.attributes = bound.attributes(node.attributes)
                waiting.append(node)


def _show(node: Element, raw: bytes, kind: int, bound: Bound) -> None:
    """Keep what was drawn of an image or a canvas, and turn a blocked button into an empty image.

    What was drawn of an image becomes its source: rrweb's player would set the same, but fails
    where it does so while it seeks. A field's own padding would come on top of the size that was
    measured of it.

    Args: raw: the attributes as they came; the mask leaves out what was drawn.
    """
    if kind == BOX:
        node.tagName = "img" if MEASURED in bytes(node.attributes) else node.tagName
        return
    drawing = kind == DRAWING
    if DRAWN.encode() not in raw or not (bound.drawings if drawing else bound.images):
        return
    drawn = msgspec.json.decode(raw, type=dict[str, Any]).get(DRAWN)
    kept = msgspec.json.decode(node.attributes, type=dict[str, Any])
    if drawing and is_drawing(drawn) and MEASURED not in raw:
        kept[DRAWN] = drawn
    elif not drawing and isinstance(drawn, str) and is_picture(drawn):
        kept.pop("src", None)
        kept["src"] = drawn
    node.attributes = Raw(msgspec.json.encode(kept))


def _kind_below(node: Element, kind: int) -> int:
    """Return what text is below an element, where page text may be told: typed or not."""
    return EDITABLE if kind == EDITABLE or b'"contenteditable":' in bytes(node.attributes) else TEXT


def _mask_text(text: str, kind: int, bound: Bound) -> str:
    if kind in PAGE_TEXT:
        return bound.mask_text(text)
    if kind == CSS:
        return bound.mask_css(text)
    if kind == FIELD:
        return bound.mask_field(text)
    if kind == EDITABLE:
        return bound.mask_text(text) if bound.inputs else mask_text(text)
    return ""


def _mask_other(node: Node, siblings: list[Node], below: list[tuple[list[Node], int]]) -> bool:
    """Mask a node that is neither element nor text; say whether it was replaced."""
    if isinstance(node, Document):
        below.append((node.childNodes, TEXT))
    elif isinstance(node, Doctype):
        node.name, node.publicId, node.systemId = "html", "", ""
    elif isinstance(node, Comment):
        node.textContent = ""
    elif isinstance(node, CData):
        siblings[:] = [_empty_text(each) if type(each) is CData else each for each in siblings]
        return True
    return False


def _empty_text(section: CData) -> Text:
    return Text(textContent="", rootId=section.rootId, id=section.id)
