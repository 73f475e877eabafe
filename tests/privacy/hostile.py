"""Hostile recordings: every payload in every field of every event type, in a page that replays."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

Event = dict[str, Any]
Node = dict[str, Any]

HTML, BODY, WORDS, FIELD, STYLE, SHEET_TEXT, TARGET, CANVAS = 2, 4, 5, 6, 7, 8, 9, 11
FIRST_FREE_ID = 100
ATTRIBUTES = (
    "href src srcset srcdoc style _cssText rr_src rr_dataURL data action formaction poster "
    "background ping cite xlink:href onclick onload onerror onfocus http-equiv content class id "
    "name value title alt placeholder type media is slot part sandbox allow integrity nonce "
    "values to attributeName fill d points transform role data-theme rr_width rr_mediaState"
)
_VOID = frozenset(
    {"img", "input", "br", "meta", "link", "base", "embed", "source", "track", "area"}
)
TICK_MS = 1


class _Tree(HTMLParser):
    """Reads markup into rrweb's nodes, as a recorder on the attacker's page would have."""

    def __init__(self, first: int) -> None:
        super().__init__(convert_charrefs=True)
        self.next = first
        self.roots: list[Node] = []
        self._open: list[Node] = []

    def _id(self) -> int:
        self.next += 1
        return self.next

    def _put(self, node: Node) -> None:
        (self._open[-1]["childNodes"] if self._open else self.roots).append(node)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        svg = tag in ("svg", "use", "image", "animate", "set", "foreignobject") or any(
            each["tagName"] == "svg" for each in self._open
        )
        node: Node = {
            "type": 2,
            "tagName": tag,
            "attributes": {name: value or "" for name, value in attrs},
            "childNodes": [],
            **({"isSVG": True} if svg else {}),
            "id": self._id(),
        }
        self._put(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(each["tagName"] == tag for each in self._open):
            while self._open.pop()["tagName"] != tag:
                continue

    def handle_data(self, data: str) -> None:
        self._put({"type": 3, "textContent": data, "id": self._id()})


class HostilePage:
    """One recording; each event comes a millisecond after the one before."""

    def __init__(self, payloads: list[str], start_ms: int, *, drawable: bool = False) -> None:
        """Keep the payloads and when the recording begins.

        Args: drawable: leave out element names that no browser takes, which end a picture early.
        """
        self._payloads = payloads
        self._drawable = drawable
        self._now = start_ms
        self._next = FIRST_FREE_ID

    def events(self) -> Iterator[Event]:
        """Yield the page's picture and then every change with every payload."""
        yield self._event(4, {"href": "https://shop.example/", "width": 1000, "height": 700})
        yield self._picture()
        for payload in self._payloads:
            for data in self._changes(payload):
                yield self._event(3, data)
            yield from self._others(payload)
        yield self._event(3, {"source": 3, "id": 1, "x": 0, "y": 0})

    def _event(self, kind: Any, data: Any) -> Event:
        self._now += TICK_MS
        return {"type": kind, "data": data, "timestamp": self._now}

    def _id(self) -> int:
        self._next += 1
        return self._next

    def _text(self, text: str, id: int = 0) -> Node:
        return {"type": 3, "textContent": text, "id": id or self._id()}

    def _element(self, tag: str, *children: Node, id: int = 0, **attributes: str) -> Node:
        return {
            "type": 2,
            "tagName": tag,
            "attributes": attributes,
            "childNodes": list(children),
            "id": id or self._id(),
        }

    def _parsed(self, markup: str) -> list[Node]:
        tree = _Tree(self._next)
        tree.feed(markup)
        tree.close()
        self._next = tree.next
        return tree.roots

    def _carriers(self, payload: str) -> list[Node]:
        """Return the payload as markup, as an attribute of any name, as text of any element."""
        attributes = dict.fromkeys(ATTRIBUTES.split(), payload)
        nodes = self._parsed(payload)
        for tag in (
            "div",
            "a",
            "img",
            "iframe",
            "object",
            "embed",
            "link",
            "svg",
            "video",
            "form",
            "canvas",
        ):
            node = self._element(tag)
            node["attributes"] = attributes
            nodes.append(node)
        names = ["script", "style", "title", "noscript", "textarea", "template", "xmp"]
        for tag in names if self._drawable else [*names, payload]:
            nodes.append(self._element(tag, self._text(payload)))
        # A CDATA section ends a picture too: the replay's document is always HTML.
        for kind in (5,) if self._drawable else (4, 5):
            nodes.append({"type": kind, "textContent": payload, "id": self._id()})
        return nodes

    def _picture(self) -> Event:
        style = self._element("style", self._text("p{color:red}", SHEET_TEXT), id=STYLE)
        style["attributes"]["_cssText"] = "p{color:red}"
        kept = [
            self._element("p", self._text("Still here", WORDS), id=TARGET),
            self._element("input", id=FIELD, type="text"),
            self._element("canvas", id=CANVAS, rr_dataURL=self._payloads[0]),
        ]
        carriers = [node for each in self._payloads for node in self._carriers(each)]
        head = self._element("head", style, id=3)
        body = self._element("body", *kept, *carriers, id=BODY)
        first = self._payloads[0]
        doctype: Node = {"type": 1, "name": "html", "publicId": first, "systemId": first, "id": 10}
        page = self._element("html", head, body, id=HTML)
        node = {"type": 0, "childNodes": [doctype, page], "id": 1}
        return self._event(2, {"node": node, "initialOffset": {"left": 0, "top": 0}})

    def _changes(self, payload: str) -> Iterator[Event]:
        blank: Event = {"texts": [], "attributes": [], "removes": [], "adds": []}
        field = {"type": "text", "autocomplete": payload}
        texts = [{"id": id, "value": payload, "field": {}} for id in (WORDS, SHEET_TEXT)]
        yield {"source": 0, **blank, "texts": texts}
        for name in ATTRIBUTES.split():
            change = {"id": TARGET, "attributes": {name: payload}, "field": field}
            yield {"source": 0, **blank, "attributes": [change]}
        styled = {
            "style": {payload: payload, "background": f"url({payload})", "--a": [payload, ""]}
        }
        yield {"source": 0, **blank, "attributes": [{"id": TARGET, "attributes": styled}]}
        for drawn in ({"rr_dataURL": payload}, {"style": payload}, {"width": payload}):
            change = {"id": CANVAS, "attributes": drawn, "field": {"type": "canvas"}}
            yield {"source": 0, **blank, "attributes": [change]}
        for node in self._carriers(payload):
            added = {"parentId": BODY, "nextId": None, "node": node, "field": {}}
            yield {"source": 0, **blank, "adds": [added]}
        yield {"source": 5, "text": payload, "isChecked": False, "id": FIELD, "field": field}
        rule = f"p{{background:url({payload})}}"
        yield {"source": 8, "id": STYLE, "adds": [{"rule": rule, "index": 0}]}
        yield {"source": 8, "id": STYLE, "adds": [{"rule": payload, "index": 0}]}
        yield {"source": 8, "styleId": 1, "replace": payload, "replaceSync": rule}
        changed = {"property": "background", "value": payload, "priority": ""}
        yield {"source": 13, "id": STYLE, "set": changed, "index": [0]}
        yield {"source": 13, "id": STYLE, "set": {"property": payload, "value": "x"}, "index": [0]}
        sheet = {"styleId": 1, "rules": [{"rule": rule}, {"rule": payload}]}
        yield {"source": 15, "id": 1, "styleIds": [1], "styles": [sheet]}
        yield {"source": 16, "define": {"name": payload}}
        yield {"source": 9, "id": TARGET, "type": 0, "property": payload, "args": [payload]}
        yield {"source": 10, "family": payload, "fontSource": payload, "buffer": False}
        yield {"source": 11, "level": payload, "payload": [payload], "trace": [payload]}
        yield {"source": 7, "type": 0, "id": TARGET, "currentTime": payload, "src": payload}
        yield {"source": 14, "ranges": [{"start": payload}], "extra": payload}
        yield {"source": payload, "id": TARGET}

    def _others(self, payload: str) -> Iterator[Event]:
        body = {
            "path": payload,
            "name": payload,
            "message": payload,
            "file": payload,
            "label": payload,
            "level": "error",
            "text": payload,
            "method": "GET",
            **dict.fromkeys(("family", "style", "weight", "range", "src"), payload),
            **dict.fromkeys(("line", "column", "status", "duration_ms", "bytes"), 1),
        }
        for tag in ("page", "error", "identify", "console", "network", "font", "paused"):
            yield self._event(5, {"tag": f"sealtape.{tag}", "payload": body})
        yield self._event(5, {"tag": payload, "payload": payload})
        yield self._event(6, {"plugin": "rrweb/console@1", "payload": {"trace": [payload]}})
        yield self._event(7, {"url": payload, "payload": {"base64": payload, "cssText": payload}})
        yield self._event(4, {"href": payload, "width": 1000, "height": 700})
        yield self._event(payload, payload)
