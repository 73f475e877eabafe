"""The part of IAM's condition language (CEL) that Sealtape and google-auth's examples use.

`&&`, `||`, parentheses, `a.startsWith(b)`, comparisons, string literals, `timestamp('...')`,
`resource.name`, `resource.type`, `resource.service`, `request.time`, and
`api.getAttribute('storage.googleapis.com/objectListPrefix', '')`. Anything else is refused when the
policy is set and denies when it is met.

Source: https://docs.cloud.google.com/iam/docs/conditions-attribute-reference
"""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime

LIST_PREFIX = "storage.googleapis.com/objectListPrefix"

_TOKEN = re.compile(
    r"""\s*(?: (?P<text>'[^'\\]*'|"[^"\\]*")
    | (?P<name>[A-Za-z_][\w.]*)
    | (?P<sign>&&|\|\||==|!=|<=|>=|[<>(),.]) )""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ConditionUnsupported(ValueError):
    """An expression outside the part that is implemented."""


def holds(expression: str, attributes: Mapping[str, str]) -> bool:
    """Whether `expression` is true of `attributes`.

    Args: attributes: `resource.name` and the like; `request.time` as RFC 3339 in UTC; an API
    attribute under its own name. A missing one is empty.
    Raises: ConditionUnsupported.
    """
    parser = _Parser(_split(expression), attributes)
    value = parser.either()
    parser.end()
    return value


def check(expression: str) -> None:
    """Raises: ConditionUnsupported: `holds` could not judge `expression`."""
    holds(expression, {})


def _split(expression: str) -> list[tuple[str, str]]:
    tokens = []
    rest = expression.strip()
    at = 0
    while at < len(rest):
        match = _TOKEN.match(rest, at)
        if not match or match.lastgroup is None:
            raise ConditionUnsupported(f"cannot read the condition at: {rest[at : at + 20]}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


def _instant(text: str) -> str:
    """An RFC 3339 time in one form that sorts as text; empty stays empty."""
    if not text:
        return ""
    try:
        return datetime.fromisoformat(text).astimezone().isoformat()
    except ValueError as error:
        raise ConditionUnsupported(f"not a timestamp: {text}") from error


class _Parser:
    """Recursive descent that evaluates as it reads; both sides of `||` and `&&` are always read."""

    def __init__(self, tokens: list[tuple[str, str]], attributes: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._attributes = attributes

    def either(self) -> bool:
        value = self._both()
        while self._take("||"):
            value = self._both() or value
        return value

    def end(self) -> None:
        if self._tokens:
            raise ConditionUnsupported(f"unexpected {self._tokens[0][1]}")

    def _both(self) -> bool:
        value = self._term()
        while self._take("&&"):
            value = self._term() and value
        return value

    def _term(self) -> bool:
        if self._take("("):
            value = self.either()
            self._need(")")
            return value
        left, method = self._operand()
        if method == "startsWith":
            self._need("(")
            prefix, _ = self._operand()
            self._need(")")
            return left.startswith(prefix)
        sign = self._next("sign")
        if method or sign not in _COMPARE:
            raise ConditionUnsupported(f"unknown operation {method or sign}")
        right, _ = self._operand()
        return _COMPARE[sign](left, right)

    def _operand(self) -> tuple[str, str]:
        """A string's value, and the method that is called on it or an empty name."""
        kind, text = self._tokens.pop(0) if self._tokens else ("end", "")
        if kind == "text":
            return text[1:-1], ""
        if kind != "name":
            raise ConditionUnsupported(f"unexpected {text or 'end'}")
        if text == "timestamp":
            return _instant(self._arguments()[0]), ""
        if text == "api.getAttribute":
            name, default = self._arguments()
            value = self._attributes.get(name, default)
            return value, self._method_after_call()
        name, _, method = text.rpartition(".") if text.endswith(".startsWith") else (text, "", "")
        if name not in ("resource.name", "resource.type", "resource.service", "request.time"):
            raise ConditionUnsupported(f"unknown attribute {name}")
        value = self._attributes.get(name, "")
        return (_instant(value) if name == "request.time" else value), method

    def _arguments(self) -> list[str]:
        self._need("(")
        values = [self._next("text")[1:-1]]
        while self._take(","):
            values.append(self._next("text")[1:-1])
        self._need(")")
        return values

    def _method_after_call(self) -> str:
        return self._next("name") if self._take(".") else ""

    def _take(self, sign: str) -> bool:
        if self._tokens and self._tokens[0] == ("sign", sign):
            self._tokens.pop(0)
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise ConditionUnsupported(f"expected {sign}")

    def _next(self, kind: str) -> str:
        if not self._tokens or self._tokens[0][0] != kind:
            raise ConditionUnsupported(f"expected a {kind}")
        return self._tokens.pop(0)[1]
