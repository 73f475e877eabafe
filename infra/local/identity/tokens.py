"""Local access tokens: `local.<account>.<random>`, and `.<boundary>` after it if downscoped.

They name their account in plain text and are signed by nobody: a stand-in for identity, not a
defence. The boundary is base64url of its JSON object, so it begins with `eyJ`; the random part is
hexadecimal and never does.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

# How long the metadata and exchange stand-ins say that a token lives, seconds (Google's default).
TOKEN_TTL_S = 3600

_PREFIX = "local."
_BOUNDARY_START = "eyJ"


@dataclass(frozen=True)
class Caller:
    """Who a request comes from.

    Args: account: an email address; empty for a caller without a token. boundary: a Credential
    Access Boundary that narrows the account's rights, or None.
    """

    account: str = ""
    boundary: dict[str, Any] | None = None

    @property
    def anonymous(self) -> bool:
        """True if the request carried no token."""
        return not self.account


ANONYMOUS = Caller()


class TokenInvalid(ValueError):
    """A bearer token that no stand-in issued."""


def issue(account: str, boundary: dict[str, Any] | None = None) -> str:
    """A token for `account`, narrowed by `boundary`."""
    token = f"{_PREFIX}{account}.{secrets.token_hex(16)}"
    if boundary is None:
        return token
    encoded = base64.urlsafe_b64encode(json.dumps(boundary).encode()).decode().rstrip("=")
    return f"{token}.{encoded}"


def parse(token: str | None) -> Caller:
    """Who `token` names.

    Args: token: as in the Authorization header, or None.
    Raises: TokenInvalid: it is not of our form.
    """
    if token is None:
        return ANONYMOUS
    parts = token.split(".")
    boundary = None
    if len(parts) > 3 and parts[-1].startswith(_BOUNDARY_START):
        boundary = _boundary(parts.pop())
    account = ".".join(parts[1:-1])
    if parts[0] != "local" or "@" not in account:
        raise TokenInvalid("not a local token")
    return Caller(account, boundary)


def _boundary(encoded: str) -> dict[str, Any]:
    try:
        decoded = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except ValueError as error:
        raise TokenInvalid("the boundary cannot be read") from error
    if not isinstance(decoded, dict):
        raise TokenInvalid("the boundary is not an object")
    return decoded
