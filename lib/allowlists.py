"""Allowlist entries, checked when someone enters them, with advice that a person can follow."""

from functools import cache
from http import HTTPStatus

from publicsuffixlist import PublicSuffixList

from lib.errors import Refusal
from lib.origins import SERIALIZED, WILDCARD, well_formed

MAX_ORIGINS = 50  # of one key; more of them want a wildcard or a second key
DEFAULT_PORTS = {"http": "80", "https": "443"}
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class OriginRefused(Refusal):
    """An entry that no browser would send, or that would let strangers in."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "origin_refused"


def check(origins: list[str]) -> tuple[str, ...]:
    """Return the entries in their order, without repetition.

    Args: origins: `https://shop.example`, `https://*.shop.example`, `http://localhost:3000`.
    Raises: OriginRefused: names the entry and what is wrong with it.
    """
    if not 1 <= len(origins) <= MAX_ORIGINS:
        raise OriginRefused(f"give 1 to {MAX_ORIGINS} origins")
    for origin in origins:
        _check_one(origin)
    return tuple(dict.fromkeys(origins))


def _check_one(origin: str) -> None:
    wild = WILDCARD in origin
    plain = origin.replace("*.", "", 1) if wild else origin
    if not well_formed(plain):
        raise OriginRefused(
            f"{origin!r} is not an origin: give scheme, host and port as the browser sends them, "
            "in lower case, international names in punycode, without path or trailing dot"
        )
    scheme, host, port = SERIALIZED.fullmatch(plain).groups()  # type: ignore[union-attr]
    if port == DEFAULT_PORTS[scheme] or int(port or 1) > 65_535:
        raise OriginRefused(f"{origin!r}: leave the default port out")
    if scheme == "http" and (host not in LOOPBACK or wild):
        raise OriginRefused(f"{origin!r}: only loopback hosts may use http")
    if wild and host.rpartition(".")[2].isdigit():
        raise OriginRefused(f"{origin!r}: an address has no names under it")
    if wild and _suffixes().privatesuffix(host) is None:
        raise OriginRefused(
            f"{origin!r}: everyone can have a name under {host!r} (it is a public suffix)"
        )


@cache  # the list has 10,000 lines; it comes with the package and is read on first use
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
