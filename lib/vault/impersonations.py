"""Impersonation: how provision_bucket acts as the account `resealer`, for minutes at a time.

Source: https://docs.cloud.google.com/iam/docs/create-short-lived-credentials-direct
"""

from datetime import datetime

from google.auth.credentials import Credentials
from google.auth.impersonated_credentials import Credentials as Impersonated
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials as Refreshing

SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
LIFETIME_S = 900  # renewed by itself; short, so that a token that leaks is soon worth nothing


def impersonate(source: Credentials, account: str, iam_url: str | None = None) -> Credentials:
    """Return credentials of `account`, which `source` must be allowed to impersonate.

    google-auth's own class looks allowed locations up from a thread of its own, which a function
    has no time for after it answered; so that class only fetches tokens here.

    Args: iam_url: scheme and host of the IAM Credentials API, if not Google's.
    """
    path = f"/v1/projects/-/serviceAccounts/{account}:generateAccessToken"
    asking = Impersonated(
        source_credentials=source,
        target_principal=account,
        target_scopes=[SCOPE],
        lifetime=LIFETIME_S,
        iam_endpoint_override=f"{iam_url}{path}" if iam_url else None,
    )

    def refresh(_request: object, **_scopes: object) -> tuple[str | None, datetime | None]:
        asking.refresh(Request())
        return asking.token, asking.expiry

    return Refreshing(None, refresh_handler=refresh)
