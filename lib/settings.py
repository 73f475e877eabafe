"""Settings from the environment: every missing or malformed one is named at once, at start-up."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import NewType, TypeVar, get_type_hints

S = TypeVar("S")

HeaderName = NewType("HeaderName", str)
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}", re.ASCII)  # RFC 9110 section 5.1 has more


def header_name(text: str) -> HeaderName:
    """Return the name of an HTTP header. Raises: ValueError: it is none."""
    if not HEADER_NAME.fullmatch(text):
        raise ValueError("not the name of a header")
    return HeaderName(text)


NO_HEADER = HeaderName("")
PARSERS: dict[object, Callable[[str], object]] = {
    str: str,
    int: int,
    HeaderName: header_name,
}


class SettingsInvalid(SystemExit):
    """The function cannot start; the message names every setting to mend."""


def load(cls: type[S], environ: Mapping[str, str]) -> S:
    """Build the frozen dataclass `cls` from `environ`: field `public_keys` reads PUBLIC_KEYS.

    Args: cls: dataclass of str, int and HeaderName fields; one with a default may be absent.
    Raises: SettingsInvalid: names every missing or malformed variable, never a value.
    """
    hints = get_type_hints(cls)
    found: dict[str, object] = {}
    faults = ["DEBUG starts a development server: unset it"] if environ.get("DEBUG") else []
    for field in fields(cls):  # type: ignore[arg-type]  # any dataclass
        name = field.name.upper()
        text = environ.get(name, "")
        if text:
            try:
                found[field.name] = PARSERS[hints[field.name]](text)
            except ValueError:
                faults.append(f"{name} is malformed")
        elif field.default is MISSING:
            faults.append(f"{name} is missing")
    if faults:
        raise SettingsInvalid("settings: " + "; ".join(faults))
    return cls(**found)
