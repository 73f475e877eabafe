"""Odd events: rrweb's shapes, filled by dice with pieces that have confused a mask before."""

import random
from typing import Any

from lib.policies import CAPABILITIES
from lib.privacy.rules import KIND_OF

Event = dict[str, Any]
NOW = 1_795_439_322_304
DEEPEST, LONGEST = 3, 10

_PIECES = r"""{ } ; : ( ) [ ] " ' \ \26 \A0 /* */ // @media @layer @import @x #fff .a --v - & > ` <
url( url(#a src( image-set( url("data:image/png;base64,AA") url(]0) content: color: --x: calc(
1 12 1234 4111 1790 411111111111111 1e5 .5 px % red dark var(--v) [data-state="a"] [value=c] a=b
token= ?token=a&b=c sid= code=1 /x/y https://a.example/ user:pw@ %74oken %2574 %00 %zz + ? = jane
415 555 -45- x xxxx x-rxnwujd"""
_LETTERS = [*"\xe9\xdf\u0130\u017f\u212a\U0001f600\u5b57", "\u0664\u0661\u0661\u0661", "\uff14111"]
_BLANKS = [*" \t\n\r\f\0\x0b\x1c\x7f\x85\xa0\xad", *"\u200b\u202e\u2028\u3000\ufeff\u0301\ufffd"]
_NAMES = [*KIND_OF, "onclick", "srcset", "autocomplete", "__proto__", "constructor", "STYLE"]
_TAGS = """p div input select option textarea style script svg img noscript object canvas x-a a-b
constructor iframe red title \u0130 lin\u212a set animate valueOf"""
_FIELDS = {
    "type": ["password", "TEXT", "hidden", "file", "checkbox"],
    "autocomplete": ["cc-number", "off", "section-a CC-csc", "name"],
}
_ODD = (True, False, None, 0, 5, -3.25, 123_456, 1_234_567, 0.411111111111)


class Dice:
    """Makes events from a seed."""

    def __init__(self, seed: int) -> None:
        """Throw from the start."""
        self._chance = random.Random(seed)  # for tests
        self._id = 10

    def capabilities(self) -> list[str]:
        """Return none, one, all, or some."""
        count = self._chance.choice([0, 1, 1, 3, len(CAPABILITIES)])
        return self._chance.sample(sorted(CAPABILITIES), count)

    def event(self) -> Event:
        """Return an event of any kind that carries what a page chose."""
        makers = (self._snapshot, self._page, self._mutation, self._styles, self._note)
        kind, data = self._chance.choice(makers)()
        return {"type": kind, "data": data, "timestamp": NOW}

    def _text(self, longest: int = LONGEST) -> str:
        pieces = [*_PIECES.split(), *_LETTERS, *_BLANKS]
        return "".join(self._chance.choices(pieces, k=self._chance.randint(0, longest)))

    def _tag(self) -> str:
        return self._chance.choice(_TAGS.split())

    def _attributes(self) -> Event:
        names = self._chance.sample(_NAMES, self._chance.randint(0, 4))
        return {name: self._value(name) for name in names}

    def _value(self, name: str) -> Any:
        roll = self._chance.random()
        if roll < 0.08:
            return self._chance.choice(_ODD)
        if name == "style" and roll < 0.5:
            pair = [self._text(), self._chance.choice(["", "important"])]
            return {"color": self._text(), f"--{self._text(1)}": pair, "top": False}
        return self._chance.choice([*_FIELDS.get(name, []), self._text()])

    def _node(self, depth: int = 0) -> Event:
        self._id += 1
        roll = self._chance.random()
        if roll < 0.35 or depth == DEEPEST:
            return {"type": 3, "textContent": self._text(), "id": self._id}
        if roll < 0.4:
            kind = self._chance.choice([4, 5])
            return {"type": kind, "textContent": self._text(), "id": self._id}
        head = {"type": 2, "tagName": self._tag(), "attributes": self._attributes()}
        below = [self._node(depth + 1) for _ in range(self._chance.randint(0, 3))]
        return {**head, "childNodes": below, "id": self._id}

    def _snapshot(self) -> tuple[int, Event]:
        node = {"type": 0, "childNodes": [self._node(), self._node()], "id": 1}
        return 2, {"node": node, "initialOffset": {"left": 0, "top": 0}}

    def _page(self) -> tuple[int, Event]:
        return 4, {"href": self._text(), "width": 1, "height": 2}

    def _mutation(self) -> tuple[int, Event]:
        texts = [{"id": 3, "value": self._text()}]
        changed = [{"id": 4, "attributes": self._attributes()}]
        added = [{"parentId": 1, "nextId": None, "node": self._node()}]
        lists = {"texts": texts, "attributes": changed, "removes": [], "adds": added}
        return 3, {"source": 0, **lists}

    def _styles(self) -> tuple[int, Event]:
        rule = {"rule": self._text(), "index": [0]}
        name = self._chance.choice(["color", "--a", "animation:", "grid-area"])
        declared = {"property": name, "value": self._text()}
        return 3, self._chance.choice(
            [
                {"source": 5, "text": self._text(), "isChecked": True, "id": 3},
                {"source": 8, "id": 3, "adds": [rule], "replace": self._text()},
                {"source": 13, "id": 3, "set": declared, "index": [0]},
                {
                    "source": 15,
                    "id": 1,
                    "styleIds": [1],
                    "styles": [{"styleId": 1, "rules": [rule]}],
                },
                {"source": 16, "define": {"name": self._tag()}},
            ]
        )

    def _note(self) -> tuple[int, Event]:
        counts = {"status": 200, "duration_ms": 1, "bytes": 2}
        payloads: dict[str, Event] = {
            "page": {"path": self._text()},
            "error": {"name": "E", "message": self._text(), "file": "/", "line": 1, "column": 2},
            "identify": {"label": self._text()},
            "console": {"level": "log", "text": self._text()},
            "network": {"method": "GET", "path": self._text(), **counts},
        }
        tag = self._chance.choice(sorted(payloads))
        return 5, {"tag": f"sealtape.{tag}", "payload": payloads[tag]}
