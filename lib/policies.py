"""Policies: what a tenant allows to be recorded. Nothing is allowed until it is named.

A document is docs/protocol.md's `policy`. Its canonical text (sorted keys, no spaces) has one
SHA-256, which session tokens pin.
"""

import re
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import Struct

from lib.errors import Refusal

CAPABILITIES = (
    "text",  # the page's text
    "inputs",  # typed values, except those that are never recorded
    "images",  # images that the page holds as data
    "canvas",  # what is drawn on canvases
    "fonts",  # web fonts, and which of their icons are shown
    "url_query",
    "url_hash",
    "url_path",  # path segments that look like ids, tokens or emails
    "console",  # console messages
    "errors",  # messages of uncaught errors
    "network",  # method, path, status, duration and size of requests
    "bodies",  # what requests and answers carried; nothing without "network"
    "identity",  # a label of the user instead of a keyed hash alone
    "country",  # two letters, from the operator's load balancer
)
MAX_SELECTORS = 100  # of each kind: the SDK matches each against every node
MAX_SELECTOR_CHARS = 200
MAX_PATHS = 50
MAX_PREFIX_CHARS = 200
MAX_DOCUMENT_BYTES = 48 * 1024  # below web.MAX_JSON_BYTES, which a console's form may have

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class PolicyMalformed(Refusal):
    """The policy document is not of the documented form."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "policy_malformed"


class Selectors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """CSS selectors that the SDK applies; they only narrow what `allow` names."""

    mask: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


class PathRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Below this path prefix the SDK leaves out these capabilities as well."""

    prefix: str
    forbid: tuple[str, ...] = ()


class Honour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the visitor's browser signals stop recording."""

    gpc: bool = True
    dnt: bool = False


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    allow: tuple[str, ...] = ()
    selectors: Selectors = Selectors()
    paths: tuple[PathRule, ...] = ()
    sampling: int | float = 1
    honour: Honour = Honour()


_decode = msgspec.json.Decoder(_Document).decode


class Policy(Struct, frozen=True):
    """One version of what a tenant allows; made by `parse_document` or `default` only."""

    version: int
    allow: frozenset[str]
    sampling: float
    document: dict[str, Any]
    text: str  # canonical
    hash: str  # hex SHA-256 of `text`

    def bound(self, current: "Policy") -> "frozenset[str]":
        """Return what both this version and the `current` one allow: tightening binds at once."""
        return self.allow & current.allow


def default(version: int = 1) -> Policy:
    """Return the policy of a new tenant: nothing allowed, Global Privacy Control honoured."""
    return _policy(_Document(version=version))


def parse_document(source: str | bytes | dict[str, Any]) -> Policy:
    """Return the policy of a document; members that are left out take their defaults.

    Args: source: JSON text, or the parsed object; untrusted.
    Raises: PolicyMalformed: unknown member or capability, or a value out of range.
    """
    try:
        data = msgspec.json.encode(source) if isinstance(source, dict) else source
        if len(data) > MAX_DOCUMENT_BYTES:
            raise PolicyMalformed(f"a policy may have {MAX_DOCUMENT_BYTES} bytes")
        parsed = _decode(data)
    except (msgspec.MsgspecError, UnicodeError, TypeError, RecursionError):
        raise PolicyMalformed("the policy's JSON is not of the documented form") from None
    _check(parsed)
    return _policy(parsed)


def _policy(parsed: _Document) -> Policy:
    allow = frozenset(parsed.allow)
    document: dict[str, Any] = msgspec.to_builtins(parsed)
    document["allow"] = [name for name in CAPABILITIES if name in allow]
    text = msgspec.json.encode(document, order="sorted").decode()
    return Policy(
        version=parsed.version,
        allow=allow,
        sampling=float(parsed.sampling),
        document=msgspec.json.decode(text),
        text=text,
        hash=sha256(text.encode()).hexdigest(),
    )


def _check(parsed: _Document) -> None:
    if parsed.version < 1 or not 0 <= parsed.sampling <= 1:
        raise PolicyMalformed("version starts at 1 and sampling lies between 0 and 1")
    named = [*parsed.allow, *(name for rule in parsed.paths for name in rule.forbid)]
    unknown = sorted(set(named) - set(CAPABILITIES))
    if unknown:
        raise PolicyMalformed("the policy names a capability that does not exist")
    if len(parsed.paths) > MAX_PATHS:
        raise PolicyMalformed(f"a policy may have {MAX_PATHS} path rules")
    for rule in parsed.paths:
        if not rule.prefix.startswith("/") or not _line(rule.prefix, MAX_PREFIX_CHARS):
            raise PolicyMalformed("a path rule's prefix is one line and starts with a slash")
    selectors = parsed.selectors
    for kind in (selectors.mask, selectors.block, selectors.allow):
        if len(kind) > MAX_SELECTORS or not all(
            each.strip() and _line(each, MAX_SELECTOR_CHARS) for each in kind
        ):
            raise PolicyMalformed(f"selectors are one line each, at most {MAX_SELECTORS} a kind")


def _line(text: str, longest: int) -> bool:
    return len(text) <= longest and _CONTROL.search(text) is None
