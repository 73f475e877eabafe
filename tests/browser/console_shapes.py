"""Compares the names and kinds in two JSON answers: a small backend's and console_api's."""

from __future__ import annotations

from typing import Any

# Objects whose names are data, not a form.
MAPS = {"refused"}


def kind(value: object) -> str:
    """Return what JSON calls the kind of `value`; whole numbers and others are one kind."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def differences(small: Any, real: Any, at: str = "") -> list[str]:
    """Return where the two differ in form. Null may stand for anything; lists by their first."""
    if small is None or real is None:
        return []
    if kind(small) != kind(real):
        return [f"{at}: {kind(small)}, really {kind(real)}"]
    if isinstance(real, list):
        return differences(small[0], real[0], f"{at}[]") if small and real else []
    if not isinstance(real, dict) or at.rpartition(".")[2] in MAPS:
        return []
    missing = [f"{at}.{name}: not there" for name in sorted(set(real) - set(small))]
    invented = [f"{at}.{name}: really not there" for name in sorted(set(small) - set(real))]
    common = sorted(set(real) & set(small))
    below = [differences(small[name], real[name], f"{at}.{name}") for name in common]
    return [*missing, *invented, *(each for found in below for each in found)]
