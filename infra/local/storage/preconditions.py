"""Generation and metageneration preconditions, the same for every method.

Source: https://docs.cloud.google.com/storage/docs/request-preconditions
"""

from collections.abc import Mapping

from infra.local.storage.errors import Problem, invalid, unmet
from infra.local.wire.messages import Json


def require(
    query: Mapping[str, str], resource: Json | None, *, prefix: str = "if", reading: bool = False
) -> None:
    """Refuse the request if one of its preconditions fails.

    Args: query: untrusted. resource: the live object or bucket; None if there is none, which has
    generation 0. prefix: `ifSource` for the source of a rewrite. reading: a failed `NotMatch`
    answers 304 instead of 412.
    Raises: Problem: 412, 304, or 400 for a value that is no number.
    """
    for field in ("Generation", "Metageneration"):
        current = int(resource.get(field.lower(), 0)) if resource else 0
        match = _number(query, f"{prefix}{field}Match")
        if match is not None and match != current:
            raise unmet(f"{prefix}{field}Match")
        other = _number(query, f"{prefix}{field}NotMatch")
        if other is not None and other == current:
            if reading:
                raise Problem(304, "notModified", "Not Modified")
            raise unmet(f"{prefix}{field}NotMatch")


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise invalid(f"Invalid value for {name}: {text!r}") from error
