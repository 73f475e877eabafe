"""What a hostile or careless recorder may send: events like rrweb's, with one secret somewhere."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

SECRET = "Zq9CANARYk7"  # letters and digits, as tokens have; no word of the table

ELEMENT = {
    "type": 2,
    "tagName": "p",
    "attributes": {"class": "card", "style": "color: red", "data-note": "n", "value": "v"},
    "childNodes": [{"type": 3, "textContent": "text", "id": 9}],
    "isSVG": True,
    "rootId": 3,
    "isCustom": True,
    "id": 8,
    "isShadow": True,
}
STYLE = {
    "type": 2,
    "tagName": "style",
    "attributes": {"_cssText": ".a{color:red}"},
    "childNodes": [{"type": 3, "textContent": ".b:hover{--c:1}", "id": 12}],
    "id": 11,
}
DOCUMENT = {
    "type": 0,
    "compatMode": "CSS1Compat",
    "childNodes": [
        {"type": 1, "name": "html", "publicId": "", "systemId": "", "id": 2},
        {"type": 5, "textContent": "comment", "id": 4},
        {"type": 4, "textContent": "", "id": 5},
        ELEMENT,
        STYLE,
    ],
    "id": 1,
}
FIELD = {"type": "text", "autocomplete": "name"}
RULE = {"rule": ".a{content:'x'}", "index": [0, 1]}
INCREMENTS: list[dict[str, Any]] = [
    {
        "source": 0,
        "texts": [{"id": 9, "value": "text", "field": FIELD}],
        "attributes": [
            {"id": 8, "attributes": {"title": "t", "style": {"color": ["red", ""]}}, "field": FIELD}
        ],
        "removes": [{"parentId": 8, "id": 9, "isShadow": True}],
        "adds": [{"parentId": 8, "nextId": None, "previousId": 1, "node": ELEMENT, "field": FIELD}],
        "isAttachIframe": True,
    },
    {"source": 1, "positions": [{"x": 1, "y": 2.5, "id": 8, "timeOffset": -4}]},
    {"source": 2, "type": 2, "id": 8, "x": 1, "y": 2, "pointerType": 0},
    {"source": 3, "id": 8, "x": 0, "y": 253},
    {"source": 4, "width": 1000, "height": 700},
    {
        "source": 5,
        "text": "typed",
        "isChecked": True,
        "userTriggered": True,
        "id": 8,
        "field": FIELD,
    },
    {"source": 7, "type": 0, "id": 8, "currentTime": 1.5, "muted": True},
    {"source": 8, "id": 8, "adds": [RULE], "removes": [{"index": 3}], "replace": "a{}"},
    {"source": 9, "id": 8, "type": 0, "commands": [{"property": "fillText", "args": ["t"]}]},
    {"source": 10, "family": "f", "fontSource": "s", "buffer": False},
    {"source": 11, "level": "log", "payload": ["p"], "trace": ["t"]},
    {"source": 13, "id": 8, "set": {"property": "color", "value": "red"}, "index": [0]},
    {"source": 13, "id": 8, "remove": {"property": "--brand"}, "index": [0]},
    {"source": 14, "ranges": [{"start": 8, "startOffset": 3, "end": 9, "endOffset": 7}]},
    {"source": 15, "id": 1, "styleIds": [1], "styles": [{"styleId": 1, "rules": [RULE]}]},
    {"source": 16, "define": {"name": "my-element"}},
    {"source": 99, "anything": ["here"]},
]
TAGS = ["page", "error", "identify", "paused", "resumed", "console", "network", "other"]
PAYLOAD = {
    "path": "/cart",
    "name": "TypeError",
    "message": "broken",
    "file": "/app.js",
    "line": 1,
    "column": 2,
    "label": "me",
    "level": "error",
    "text": "t",
    "method": "POST",
    "status": 500,
    "duration_ms": 3,
    "bytes": 4,
}


def events() -> Iterator[dict[str, Any]]:
    """Yield one event of every type and source, with every member that rrweb knows."""
    stamp = {"timestamp": 1795439322304, "delay": 3}
    yield {"type": 0, "data": {"any": "thing"}, **stamp}
    yield {"type": 1, "data": {}, **stamp}
    offset = {"left": 0, "top": 10}
    yield {"type": 2, "data": {"node": DOCUMENT, "initialOffset": offset}, **stamp}
    for increment in INCREMENTS:
        yield {"type": 3, "data": increment, **stamp}
    href = "https://shop.example/reset?token=t#h"
    yield {"type": 4, "data": {"href": href, "width": 1366, "height": 768}, **stamp}
    for tag in TAGS:
        yield {"type": 5, "data": {"tag": f"sealtape.{tag}", "payload": PAYLOAD}, **stamp}
    yield {"type": 6, "data": {"plugin": "rrweb/console@1", "payload": {"trace": ["t"]}}, **stamp}
    yield {"type": 7, "data": {"url": "blob:u", "payload": {"base64": "aa"}}, **stamp}
    yield {"type": 77, "data": {}, **stamp}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every member and item of an event."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key)
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield (*path, at)
            yield from places(item, (*path, at))


def disguises(secret: str, before: Any) -> list[Any]:
    """Return values that carry `secret` where `before` stood: alone, joined, nested, in CSS."""
    return [
        secret,
        f"{before} {secret} {before}",
        f"{before}{secret}",
        f"/{secret}/reset?{secret}={secret}#{secret}",
        f"javascript:alert('{secret}')",
        f'.{secret}[value="{secret}"]>#{secret}{{--{secret}:{secret};content:"{secret}"}}',
        f"color: {secret}; background: url({secret}) /*{secret}*/; font: '{secret}'",
        f"@import '{secret}';@font-face{{font-family:{secret}}}@{secret} {secret}{{a{{b:c}}}}",
        f"url(#{secret})",
        f"#{secret}",
        f"/*seal*/.{secret}{{content:'{secret}'}}",
        {secret: secret},
        [secret, {secret: [secret]}],
    ]


def plant(event: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return a copy of `event` with `value` at `path`."""
    planted = copy.deepcopy(event)
    target: Any = planted
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return planted


def rename(event: dict[str, Any], path: tuple[Any, ...], name: str) -> dict[str, Any]:
    """Return a copy of `event` with the member at `path` called `name`, its value kept."""
    planted = copy.deepcopy(event)
    target: Any = planted
    for key in path[:-1]:
        target = target[key]
    if isinstance(target, dict):
        target[name] = target.pop(path[-1])
    return planted


@st.composite
def secretive(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an event that holds SECRET as a value, as a key, or deeper."""
    event = draw(st.sampled_from(list(events())))
    path = draw(st.sampled_from(list(places(event))))
    if draw(st.booleans()):
        return rename(event, path, draw(st.sampled_from([SECRET, f"data-{SECRET}", f"--{SECRET}"])))
    before: Any = event
    for key in path:
        before = before[key]
    shown = before if isinstance(before, str) else ""
    return plant(event, path, draw(st.sampled_from(disguises(SECRET, shown))))
