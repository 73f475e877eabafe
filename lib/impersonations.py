"""Impersonation: how provision_bucket acts as the account `resealer`, for minutes at a time.

Source: https://docs.cloud.google.com/iam/docs/create-short-lived-credentials-direct
"""

from google.auth.credentials import Credentials
from google.auth.impersonated_credentials import Credentials as Impersonated

SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
LIFETIME_S = 900  # renewed by itself; short, so that a token that leaks is soon worth nothing


def impersonate(source: Credentials, account: str, iam_url: str | None = None) -> Credentials:
    """Return credentials of `account`, which `source` must be allowed to impersonate.

    Args: iam_url: scheme and host of the IAM Credentials API, if not Google's.
    """
    path = f"/v1/projects/-/serviceAccounts/{account}:generateAccessToken"
    return Impersonated(
        source_credentials=source,
        target_principal=account,
        target_scopes=[SCOPE],
        lifetime=LIFETIME_S,
        iam_endpoint_override=f"{iam_url}{path}" if iam_url else None,
    )
