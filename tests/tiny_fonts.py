"""A font made here: one icon, a black square that fills its em, at one code point.

Source: OpenType 1.9, the tables that browsers insist on.
"""

import struct
from typing import Final

EM: Final = 1_000  # units
ICON: Final = 0xE900  # of the private use area, as icon fonts have it
_BOX: Final = (0, 0, EM, EM)


def _glyph() -> bytes:
    points = [(0, 0), (EM, 0), (EM, EM), (0, EM)]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip([(0, 0), *points], points, strict=False)]
    outline = struct.pack(">hhhhhHH", 1, *_BOX, 3, 0) + b"\x01" * 4
    outline += b"".join(struct.pack(">h", x) for x, _ in steps)
    return outline + b"".join(struct.pack(">h", y) for _, y in steps)


def _cmap() -> bytes:
    # Format 4: one segment for the icon, one that ends the list.
    segments = struct.pack(
        ">HHHHHHHHHHHHHHHH",
        *(4, 32, 0, 4, 4, 1, 0, ICON, 0xFFFF, 0, ICON, 0xFFFF, 0x10000 - ICON + 1, 1, 0, 0),
    )
    return struct.pack(">HHHHL", 0, 1, 3, 1, 12) + segments


def _names(family: str) -> bytes:
    texts = {1: family, 2: "Regular", 4: family, 6: family}
    stored = {key: text.encode("utf-16-be") for key, text in texts.items()}
    head, body = struct.pack(">HHH", 0, len(stored), 6 + 12 * len(stored)), b""
    for key, text in stored.items():
        head += struct.pack(">HHHHHH", 3, 1, 0x409, key, len(text), len(body))
        body += text
    return head + body


def _tables(family: str) -> dict[str, bytes]:
    glyph = _glyph()
    glyph += b"\0" * (-len(glyph) % 4)
    os2 = struct.pack(">HhHHH10h", 3, EM, 400, 5, 0, *([0] * 10)) + struct.pack(">h", 0) + bytes(26)
    os2 += b"TEST" + struct.pack(">HHHhhhHH", 0x40, ICON, ICON, EM, 0, 0, EM, 0) + bytes(8)
    os2 += struct.pack(">hhHHH", EM, EM, 0, 0, 0)
    head = struct.pack(">LLLLHH", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, EM) + bytes(16)
    head += struct.pack(">hhhhHHhhh", *_BOX, 0, 8, 2, 0, 0)
    return {
        "OS/2": os2,
        "cmap": _cmap(),
        "glyf": glyph,
        "head": head,
        "hhea": struct.pack(">LhhhHhhhhhhhhhhhH", 0x10000, EM, 0, 0, EM, 0, 0, EM, 1, *[0] * 7, 2),
        "hmtx": struct.pack(">HhHh", EM, 0, EM, 0),
        "loca": struct.pack(">HHH", 0, 0, len(glyph) // 2),
        "maxp": struct.pack(">L14H", 0x10000, 2, 4, 1, 0, 0, 1, *[0] * 8),
        "name": _names(family),
        "post": struct.pack(">LLhhL", 0x30000, 0, 0, 0, 0) + bytes(16),
    }


def _sum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) % 2**32


def truetype(family: str = "Icons") -> bytes:
    """Return the font as a TrueType file."""
    tables = _tables(family)
    count, power = len(tables), len(tables).bit_length() - 1
    head = struct.pack(">LHHHH", 0x10000, count, 16 << power, power, 16 * (count - (1 << power)))
    body, at = b"", 12 + 16 * count
    for tag, data in tables.items():
        head += struct.pack(">4sLLL", tag.encode(), _sum(data), at + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    whole = bytearray(head + body)
    adjusted = (0xB1B0AFBA - _sum(bytes(whole))) % 2**32
    struct.pack_into(">L", whole, whole.index(struct.pack(">L", 0x5F0F3CF5)) - 4, adjusted)
    return bytes(whole)
