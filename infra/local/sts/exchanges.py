"""Token exchange: a downscoped token for an account's own (RFC 8693, as Google's STS does it).

The boundary travels inside the new token, so any stand-in can enforce it without asking here.

Source: https://docs.cloud.google.com/iam/docs/downscoping-short-lived-credentials
"""

import json
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.identity.conditions import ConditionUnsupported, check
from infra.local.identity.tokens import TOKEN_TTL_S, TokenInvalid, issue, parse
from infra.local.wire.messages import Answer, Request

_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
# Source: https://docs.cloud.google.com/iam/docs/downscoping-short-lived-credentials#components
MAX_RULES = 10


class _Invalid(ValueError):
    """What the request gets wrong, for its answer."""


def exchange(request: Request) -> Answer:
    """`POST /v1/token`. Answers 400 with an OAuth error for what the real service would refuse."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        if form.get("grant_type") != _GRANT:
            raise _Invalid("unsupported grant type")
        caller = parse(form.get("subject_token"))
        if caller.anonymous or caller.boundary is not None:
            raise _Invalid("the subject token is missing or downscoped already")
        boundary = _boundary(form.get("options", ""))
    except (TokenInvalid, ConditionUnsupported, _Invalid) as error:
        refusal = {"error": "invalid_request", "error_description": str(error)}
        return Answer.of(refusal, 400)
    return Answer.of(
        {
            "access_token": issue(caller.account, boundary),
            "issued_token_type": _ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": TOKEN_TTL_S,
        }
    )


def _boundary(options: str) -> dict[str, Any]:
    """The boundary in `options`, which google-auth percent-encodes once more than the form does."""
    try:
        boundary = json.loads(unquote(options))
        rules = boundary["accessBoundary"]["accessBoundaryRules"]
        expressions = [
            rule["availabilityCondition"]["expression"]
            for rule in rules
            if "availabilityCondition" in rule
        ]
        complete = all(rule["availableResource"] and rule["availablePermissions"] for rule in rules)
    except (ValueError, TypeError, KeyError) as error:
        raise _Invalid("options hold no access boundary") from error
    if not complete or not 1 <= len(rules) <= MAX_RULES:
        raise _Invalid(f"an access boundary has 1 to {MAX_RULES} rules")
    for expression in expressions:
        check(expression)
    return dict(boundary)
