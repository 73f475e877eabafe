"""Pictures: raster images as data: addresses, the only ones that a recording may hold.

A style sheet's stand as places in it while it is masked: they hold what would end a declaration.
"""

import re

MAX_PICTURE_CHARS = 131_072  # 96 KiB as bytes; a batch may have 1 MiB
MAX_PICTURES = 1_000  # of one style sheet

_DATA = r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/]*=*"
_PICTURE = re.compile(_DATA)
_ADDRESS = re.compile(rf"[uU][rR][lL]\([ \t\n\r\f]*(\"|'|)({_DATA})\1[ \t\n\r\f]*\)")
_PLACE = re.compile(r"url\(\]([0-9]{1,3})\)")  # a bracket: no string and no value has one


def is_picture(address: str) -> bool:
    """Say whether an address is a picture that may be kept where images are allowed."""
    return len(address) <= MAX_PICTURE_CHARS and _PICTURE.fullmatch(address) is not None


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
