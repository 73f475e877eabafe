"""Another account's token, for an account that may impersonate it.

Source: https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts
"""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from infra.local.identity.grants import Grants
from infra.local.identity.projects import HOME_PROJECT
from infra.local.identity.tokens import TOKEN_TTL_S, TokenInvalid, issue, parse
from infra.local.wire.messages import Answer, Request

_PATH = re.compile(r"/v1/projects/-/serviceAccounts/([^/]+):generateAccessToken")
_PERMISSION = "iam.serviceAccounts.getAccessToken"


class Impersonations:
    """Built with None, every account may impersonate every other."""

    def __init__(self, grants: Grants | None) -> None:
        self._grants = grants

    def handle(self, request: Request) -> Answer:
        """`generateAccessToken`; 404 for any other path."""
        match = _PATH.fullmatch(unquote(request.path))
        if not match:
            return _error(404, "NOT_FOUND", "no such operation")
        try:
            caller = parse(request.bearer)
        except TokenInvalid:
            return _error(401, "UNAUTHENTICATED", "not a local token")
        if caller.anonymous:
            return _error(401, "UNAUTHENTICATED", "no token")
        if self._grants and _PERMISSION not in self._grants.in_project(
            caller.account, HOME_PROJECT
        ):
            return _error(403, "PERMISSION_DENIED", f"Permission '{_PERMISSION}' denied")
        expires = datetime.now(UTC) + timedelta(seconds=TOKEN_TTL_S)
        return Answer.of(
            {
                "accessToken": issue(match[1]),
                "expireTime": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )


def _error(status: int, code: str, message: str) -> Answer:
    return Answer.of({"error": {"code": status, "status": code, "message": message}}, status)
