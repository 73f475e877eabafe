"""Bounds: what may be kept of one batch, and the masks under it.

One bound serves every batch with the same capabilities. It remembers the masks of short attribute
lists and of style sheets, which recur from batch to batch and from visitor to visitor.
"""

from collections import OrderedDict
from functools import lru_cache

import msgspec
from msgspec import Raw

from lib.privacy.attributes import Attributes, mask_attributes
from lib.privacy.cards import looks_like_card
from lib.privacy.stylesheets import mask_css
from lib.privacy.texts import mask_input, mask_text

MAX_SHORT = 16_384  # attribute lists of at most SHORT_BYTES
SHORT_BYTES = 320  # with its mask and the dict's share under 1 KiB: 16 MiB in all
MAX_LARGE_BYTES = 16 * 1024**2  # style sheets and their masks
MAX_BOUNDS = 8  # an instance meets few sets of capabilities; the default is nearly all
MAX_TEXTS = 32_768  # of at most TEXT_CHARS: 8 MiB with their masks
TEXT_CHARS = 48
MARK_BYTES = 64
MAX_BATCH_BODY_CHARS = 1024**2  # of requests: 0.7 s; the SDK seals a batch at a quarter of it
CSS_MARK = "/*seal*/"  # before a style element's text that travels without its parent

_decode = msgspec.json.Decoder(Attributes).decode
_encode = msgspec.json.Encoder().encode


class Bound:
    """What may be kept: `allow` names capabilities."""

    def __init__(self, allow: frozenset[str]) -> None:
        """Keep the capabilities; the memory starts empty."""
        self.allow = allow
        self.text = "text" in allow
        self.inputs = "inputs" in allow
        self.images = "images" in allow
        self.drawings = "canvas" in allow
        self.body_room = MAX_BATCH_BODY_CHARS
        self.fonts = "fonts" in allow
        self.texts: dict[str, str] = {}
        self.short: dict[bytes, Raw] = {}
        self._large: OrderedDict[tuple[int, bytes], tuple[bytes, Raw]] = OrderedDict()
        self._large_bytes = 0

    def attributes(self, raw: Raw, *, proved: bool = True) -> Raw:
        """Return the attributes' JSON, masked.

        Args: raw: the JSON object, untrusted. proved: whether it names all of the element's
        attributes, or the SDK vouches for its field, so that the field may be judged.
        Raises: msgspec.ValidationError, UnicodeDecodeError.
        """
        key = bytes(raw)
        if not proved and self.inputs:
            return self._make(key, proved)
        if len(key) > SHORT_BYTES:
            return self._remember_large(key)
        return self.short.get(key) or self.remember(key)

    @property
    def closed(self) -> "Bound":
        """Return this bound without page text: for what the SDK does not vouch for."""
        return bound_of(self.allow - {"text"}) if self.text else self

    def mask_text(self, text: str) -> str:
        """Return page text as it may be kept."""
        known = self.texts.get(text)
        if known is not None:
            return known
        if text.startswith(CSS_MARK):
            return CSS_MARK + self.mask_css(text[len(CSS_MARK) :])
        made = text if self.text and not looks_like_card(text) else mask_text(text)
        if len(text) <= TEXT_CHARS:
            if len(self.texts) >= MAX_TEXTS:
                self.texts.clear()
            self.texts[text] = made
        return made

    def mask_css(self, css: str) -> str:
        """Return a style sheet as it may be kept."""
        return mask_css(css, told=self.text, shown=self.images, fonts=self.fonts)

    def mask_field(self, text: str) -> str:
        """Return a field's value as it may be kept, once its field was found to allow it."""
        return text if self.inputs and not looks_like_card(text) else mask_input(text)

    def _make(self, key: bytes, proved: bool) -> Raw:
        masked = mask_attributes(_decode(key), self.allow, proved=proved)
        return Raw(_encode(masked))

    def remember(self, key: bytes) -> Raw:
        """Return an element's attributes, masked, and keep them in `short`."""
        made = self._make(key, proved=True)
        if len(self.short) >= MAX_SHORT:
            self.short.clear()
        self.short[key] = made
        return made

    def _remember_large(self, key: bytes) -> Raw:
        """Style sheets: found by length and end, then compared, for no hash is that fast."""
        mark = (len(key), key[-MARK_BYTES:])
        known = self._large.get(mark)
        if known is not None and known[0] == key:
            self._large.move_to_end(mark)
            return known[1]
        made = self._make(key, proved=True)
        self._forget(mark)
        self._large[mark] = key, made
        self._large_bytes += len(key) + len(bytes(made))
        while self._large_bytes > MAX_LARGE_BYTES:
            self._forget(next(iter(self._large)))
        return made

    def _forget(self, mark: tuple[int, bytes]) -> None:
        known = self._large.pop(mark, None)
        if known is not None:
            self._large_bytes -= len(known[0]) + len(bytes(known[1]))


@lru_cache(maxsize=MAX_BOUNDS)
def bound_of(allow: frozenset[str]) -> Bound:
    """Return the bound of these capabilities, with its memory."""
    return Bound(allow)
