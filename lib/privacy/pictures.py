"""Pictures: raster images as data: addresses, the only ones that a recording may hold.

Drawings are what the SDK took of a canvas; nothing but its own three formats is one.

A style sheet's stand as places in it while it is masked: they hold what would end a declaration.
"""

import binascii
import re

MAX_PICTURE_CHARS = 131_072  # 96 KiB as bytes; a batch may have 1 MiB
MAX_PICTURES = 1_000  # of one style sheet

_DATA = r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/]*=*"
_PICTURE = re.compile(_DATA)
_ADDRESS = re.compile(rf"[uU][rR][lL]\([ \t\n\r\f]*(\"|'|)({_DATA})\1[ \t\n\r\f]*\)")
_DRAWING = re.compile(r"data:image/(png|jpeg|webp);base64,([A-Za-z0-9+/]+=*)")
# How a file of each format begins. Source: RFC 2083 section 3.1; ITU-T T.81 annex B; RFC 9649.
_BEGINNINGS = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF[\s\S]{4}WEBP"),
}
_PLACE = re.compile(r"url\(\]([0-9]{1,3})\)")  # a bracket: no string and no value has one


def is_picture(address: str) -> bool:
    """Say whether an address is a picture that may be kept where images are allowed."""
    return len(address) <= MAX_PICTURE_CHARS and _PICTURE.fullmatch(address) is not None


def is_drawing(address: object) -> bool:
    """Say whether `address` holds an image that a canvas may have been drawn as."""
    if not isinstance(address, str) or len(address) > MAX_PICTURE_CHARS:
        return False
    match = _DRAWING.fullmatch(address)
    if match is None:
        return False
    try:
        image = binascii.a2b_base64(match[2], strict_mode=True)
    except binascii.Error:
        return False
    return _BEGINNINGS[match[1]].match(image) is not None


def put_aside(url: str, pictures: list[str]) -> str | None:
    """Return the place of a style sheet's url(...), which joins `pictures`, or None."""
    match = _ADDRESS.fullmatch(url)
    if match is None or len(match[2]) > MAX_PICTURE_CHARS or len(pictures) >= MAX_PICTURES:
        return None
    pictures.append(match[2])
    return f"url(]{len(pictures) - 1})"


def put_back(css: str, pictures: list[str]) -> str:
    """Return masked CSS with its pictures in their places."""
    return _PLACE.sub(lambda match: f"url({pictures[int(match[1])]})", css) if pictures else css
