"""The function's own Google access token, by one GET from the metadata server.

google-auth does the same with 90 to 146 ms more of import, which a cold start would pay.
Source: https://docs.cloud.google.com/compute/docs/access/authenticate-workloads
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

import msgspec

from lib.edge.fetches import Fetcher
from lib.errors import Unavailable

PATH = "/computeMetadata/v1/instance/service-accounts/default/token"
RENEW_BEFORE_S = 225  # the metadata server hands out a fresh token in its last 4 minutes


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: int


_decode = msgspec.json.Decoder(_Granted).decode


class AccessTokens:
    """Hands out the current token, fetching it once for all that wait."""

    def __init__(self, fetcher: Fetcher, host: str, clock: Callable[[], float]) -> None:
        """Keep `host` (metadata server, host or host:port) and `clock` (Unix s)."""
        self._fetcher = fetcher
        self._url = f"http://{host}{PATH}"
        self._clock = clock
        self._token = ""
        self._expires = 0.0
        self._lock = asyncio.Lock()

    async def authorization(self) -> str:
        """Return the value of an Authorization header.

        Raises: Unavailable: the metadata server did not answer with a token.
        """
        if self._clock() >= self._expires:
            async with self._lock:
                if self._clock() >= self._expires:
                    await self._fetch()
        return self._token

    async def _fetch(self) -> None:
        answer = await self._fetcher.send("GET", self._url, headers={"Metadata-Flavor": "Google"})
        try:
            granted = _decode(answer.body if answer.status == HTTPStatus.OK else b"")
        except msgspec.MsgspecError:
            raise Unavailable("no credentials at the moment", retry_after_s=5) from None
        self._token = f"Bearer {granted.access_token}"
        self._expires = self._clock() + max(0, granted.expires_in - RENEW_BEFORE_S)
