"""Spellings: the many ways in which bytes may say one JSON value, and some that are no JSON at all.

A duplicate key, an escaped letter, a second value on the line: where two decoders could disagree on
what was said, a secret could hide.
"""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

# Names that rrweb's events use at any depth, and what a sender may add beside them.
_ALL_NAMES = (
    "type data timestamp delay source node childNodes attributes tagName textContent id rootId "
    "isShadow isSVG isCustom needBlock href width height text texts value isChecked userTriggered "
    "adds removes parentId nextId previousId rule rules index replace replaceSync set remove "
    "property priority styles styleIds styleId positions x y timeOffset ranges start startOffset "
    "end endOffset tag payload path name message file line column label level field autocomplete "
    "define plugin url base64 args commands fontSource family buffer trace title alt class style "
    "src srcset srcdoc onclick _cssText rr_dataURL placeholder content publicId systemId "
    "compatMode initialOffset left top pointerType currentTime extra __proto__"
)
NAMES = tuple(_ALL_NAMES.split())
Draw = Callable[..., Any]
_BLANKS = ("", " ", "\n ", "\t", "  ")
_DAMAGE: tuple[Callable[[bytes, bytes], bytes], ...] = (
    lambda line, secret: line + secret,
    lambda line, secret: secret + line,
    lambda line, secret: line + b" " + line,
    lambda line, secret: line + b"\x00" + secret,
    lambda line, secret: b"\xef\xbb\xbf" + line,
    lambda line, secret: line[:-1] + b',"' + secret + b'":"\xff' + secret + b'"}',
    lambda line, secret: line[:-1] + b',"extra":"\\ud800' + secret + b'"}',
    lambda line, secret: line[:-1] + b',"data":{"' + secret + b'":1}}',
    lambda line, secret: line[:-1] + b',"type":"' + secret + b'"}',
    lambda line, secret: b'{"data":"' + secret + b'",' + line[1:],
    lambda line, secret: line[:-1] + b',"n":1e400,"m":"' + secret + b'"}',
    lambda line, secret: line[:-1] + b"}" + b"/*" + secret + b"*/",
    lambda line, secret: b"[" + line + b',"' + secret + b'"]',
    lambda line, secret: b'"' + secret + b'"',
    lambda line, secret: line.replace(b":", b":\x0b", 1) + secret,
    lambda line, secret: line + b"\r",
    lambda line, secret: line[: len(line) // 2] + secret,
)


def values(secret: str) -> st.SearchStrategy[Any]:
    """Return JSON of any shape whose names are rrweb's, with `secret` in many of its places."""
    carriers = st.sampled_from(
        [secret, f"a {secret} b", f"/{secret}?{secret}", f"url({secret})", f".{secret}{{--a:b}}"]
    )
    names = st.sampled_from(NAMES) | st.just(secret) | st.text(max_size=4)
    leaves = (
        st.none() | st.booleans() | st.integers(-3, 17) | st.floats(-9, 9) | carriers | st.text()
    )
    return st.recursive(
        leaves,
        lambda below: st.lists(below, max_size=3) | st.dictionaries(names, below, max_size=5),
        max_leaves=12,
    )


@st.composite
def spelled(draw: st.DrawFn, value: Any) -> bytes:
    """Return `value` as JSON in UTF-8, spelt in a way that is drawn."""
    return _spell(draw, value).encode("utf-8", "surrogatepass")


def _spell(draw: Draw, value: Any) -> str:
    blank: str = draw(st.sampled_from(_BLANKS)).replace("\n", "")
    if isinstance(value, dict):
        pairs = [(name, item) for name, item in value.items()]
        if pairs and draw(st.booleans()):
            # Strict decoders keep the last of two; the bytes keep both.
            pairs.insert(draw(st.integers(0, len(pairs))), draw(st.sampled_from(pairs)))
        inner = ",".join(
            f"{blank}{_word(draw, str(name))}{blank}:{_spell(draw, item)}" for name, item in pairs
        )
        return "{" + inner + blank + "}"
    if isinstance(value, list):
        return "[" + f"{blank},".join([_spell(draw, item) for item in value]) + "]"
    if isinstance(value, str):
        return _word(draw, value)
    return json.dumps(value)


def _word(draw: Draw, text: str) -> str:
    """Return a JSON string; sometimes with every letter as an escape."""
    style = draw(st.integers(0, 3))
    if style == 0:
        return '"' + "".join(f"\\u{ord(each):04x}" for each in text if ord(each) < 0x10000) + '"'
    return json.dumps(text, ensure_ascii=style == 1)


def damaged(line: bytes, way: int, secret: bytes) -> bytes:
    """Return a line that is no longer one clean JSON value, with `secret` in what is odd."""
    return _DAMAGE[way % len(_DAMAGE)](line, secret)


WAYS = len(_DAMAGE)
