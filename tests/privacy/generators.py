"""Random pages and random changes, from a seed: every place, in all dresses and nestings."""

import random
import re
from collections.abc import Callable

from tests.privacy import places
from tests.privacy.sites import RANDOM, from_corpus

MAX_DEPTH = 5
ELEMENTS, RULES, ACTS = 26, 10, 22  # of one page
KINDS = ("secret", "secret", "secret", "name", "number", "email", "card", "hebrew", "han")
# Four groups of four digits are as good a shape as any: one real outline in ten passes for a card.
GEOMETRY = frozenset({"d", "points", "viewbox", "transform"})
# As a name in markup only letters and digits will do.
_NAMES = re.compile(r"(?:--|-|x-|y-|\.|#|</?|data-)$")

_SCRIPT = """
const field = Object.assign(document.createElement("input"), { type: "text" });
const area = document.createElement("textarea"), root = document.createElement("div");
const style = Object.assign(document.createElement("style"), { textContent: "p{color:red}" });
const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
document.body.append(field, area, root, canvas); document.head.append(style);
const make = (tag, members) => Object.assign(document.createElement(tag), members);
const tick = () => new Promise(done => setTimeout(done, 5));
const fire = target => target.dispatchEvent(new InputEvent("input", { bubbles: true }));
const sheet = () => { if (!style.sheet.cssRules.length) style.textContent = "p{color:red}";
  return style.sheet; };
const adopt = css => { const made = new CSSStyleSheet(); made.replaceSync(css);
  document.adoptedStyleSheets.push(made); };
let host; const shadow = () => { if (!host?.isConnected) { host = document.createElement("div");
  root.append(host); host.attachShadow({ mode: "open" }); } return host.shadowRoot; };
const frame = html => new Promise(done => { const made = document.createElement("iframe");
  made.srcdoc = html; made.onload = done; root.append(made); });
const nodes = () => [...document.body.querySelectorAll("*:not(script)")]
  .filter(each => ![field, area, root, canvas].includes(each) && !root.contains(each));
"""


class _Maker:
    """One page in the making."""

    def __init__(self, seed: int, number: int) -> None:
        self._dice = random.Random(repr((seed, number)))  # for tests

    def page(self) -> str:
        """Return the page's source, with placeholders."""
        rules = "".join(
            f"<style>{self._fill(self._dice.choice(places.RULES), 'css')}</style>"
            for _ in range(RULES)
        )
        body = "".join(self._element(0) for _ in range(ELEMENTS))
        acts = "".join(self._act() for _ in range(ACTS))
        head = f"<title>{self._hole('title', 'text')}</title>{rules}"
        script = f"<script>{_SCRIPT}window.acts = [{acts}];</script>"
        return f"<!doctype html><html><head>{head}</head><body>{body}{script}</body></html>"

    def _hole(self, place: str, group: str, *, plain: bool = False) -> str:
        kind = self._dice.choice(KINDS[:4] if plain else KINDS)
        return f"{{{{{kind}:{group}/{place}}}}}"

    def _fill(self, piece: str, group: str, *, plain: bool = False) -> str:
        """Put a placeholder for each `@`; names of things get letters and digits only."""
        made, rest = "", piece.replace("[at]", "\x00")
        while "@" in rest:
            before, _, rest = rest.partition("@")
            made += before
            made += self._hole("random", group, plain=plain or bool(_NAMES.search(made)))
        return (made + rest).replace("\x00", "@")

    def _attributes(self) -> str:
        made = []
        for name in self._dice.sample(places.ATTRIBUTES, self._dice.randrange(5)):
            dress = self._dice.choice(places.DRESSES)
            value = self._fill(dress, "attribute", plain=name in GEOMETRY)
            made.append(f' {name}="{value}"')
        return "".join(made)

    def _element(self, depth: int) -> str:
        turn = self._dice.random()
        if turn < 0.12:
            kind = self._dice.choice(places.INPUT_TYPES)
            return (
                f'<input type="{kind}"{self._attributes()} value="{self._hole("value", "form")}">'
            )
        if turn < 0.2:
            return f"<{self._dice.choice(places.VOID_TAGS)}{self._attributes()}>"
        if turn < 0.24:
            inner = self._fill("<p title='@'>@</p>", "frame")
            return f'<iframe srcdoc="{inner}"></iframe>'
        if turn < 0.28:
            inner = self._element(depth + 1) if depth < MAX_DEPTH else ""
            return f'<div><template shadowrootmode="open">{inner}</template></div>'
        return self._parent(depth)

    def _parent(self, depth: int) -> str:
        tag = self._dice.choice(places.TAGS)
        inner = ""
        for _ in range(self._dice.randrange(1, 4)):
            if depth < MAX_DEPTH and self._dice.random() < 0.45:
                inner += self._element(depth + 1)
            else:
                inner += self._fill(self._dice.choice(places.DRESSES), "text") + " "
        if self._dice.random() < 0.1:
            inner += f"<!--{self._hole('comment', 'text')}-->"
        return f"<{tag}{self._attributes()}>{inner}</{tag}>"

    def _act(self) -> str:
        piece = self._dice.choice(places.ACTS)
        while "@attr" in piece:
            piece = piece.replace("@attr", self._dice.choice(places.ATTRIBUTES[:90]), 1)
        work = self._fill(piece, "change")
        at = self._dice.randrange(10_000)
        # What the page does wrong is the page's matter: the next change goes on all the same.
        return (
            f"async () => {{ const all = nodes(), node = all[{at} % all.length] ?? root; "
            f"try {{ {work} }} catch (trouble) {{ window.troubles = trouble; }} }},"
        )


def random_pages(count: int) -> list[str]:
    """Return the names of random pages."""
    return [f"{RANDOM}{number}" for number in range(count)]


def pages_of(seed: int) -> Callable[[str], tuple[str, str]]:
    """Return a source of corpus pages and of random ones of this seed."""

    def source(page: str) -> tuple[str, str]:
        if page.startswith(RANDOM):
            return _Maker(seed, int(page.removeprefix(RANDOM))).page(), ".html"
        return from_corpus(page)

    return source
