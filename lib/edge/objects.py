"""Cloud Storage over REST for ingest: create one object, never overwrite.

Source: https://docs.cloud.google.com/storage/docs/json_api/v1/objects/insert
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from lib.edge.access_tokens import AccessTokens
from lib.edge.fetches import Fetcher
from lib.errors import Unavailable
from lib.identifiers import RandomBytes
from lib.seals import SealUnavailable, names_the_key

BOUNDARY_BYTES = 16  # random for each call: the data is a stranger's and could quote a fixed one
RFC3339 = "%Y-%m-%dT%H:%M:%S.%fZ"
CONTENT_TYPE = "application/x-ndjson"


class Objects:
    """Creates objects with the function's own account."""

    def __init__(
        self, fetcher: Fetcher, tokens: AccessTokens, url: str, random: RandomBytes
    ) -> None:
        """Keep `url` (scheme and host of the API)."""
        self._fetcher = fetcher
        self._tokens = tokens
        self._random = random
        self._base = f"{url}/upload/storage/v1/b/"

    async def create(
        self, bucket: str, name: str, data: bytes, metadata: Mapping[str, str], start_ms: int
    ) -> bool:
        """Store `data` under `name`; return False if an object of that name was there before.

        A name taken after an ambiguous attempt of this very call counts as ours and as stored.
        Args: metadata: custom metadata. start_ms: becomes customTime (Unix ms).
        Raises: SealUnavailable: the bucket's key refused. Unavailable: not stored.
        """
        boundary = self._random(BOUNDARY_BYTES).hex().encode()
        # RFC 3339 with a Z, the one form that Google's own client reads back.
        custom_time = datetime.fromtimestamp(start_ms / 1000, UTC).strftime(RFC3339)
        about = {
            "name": name,
            "contentType": CONTENT_TYPE,
            "customTime": custom_time,
            "metadata": metadata,
        }
        answer = await self._fetcher.send(
            "POST",
            f"{self._base}{quote(bucket)}/o?uploadType=multipart&ifGenerationMatch=0&fields=name",
            headers={
                "Authorization": await self._tokens.authorization(),
                "Content-Type": f"multipart/related; boundary={boundary.decode()}",
            },
            body=b"".join(
                (
                    b"--" + boundary + b"\r\nContent-Type: application/json\r\n\r\n",
                    msgspec.json.encode(about),
                    b"\r\n--" + boundary + b"\r\nContent-Type: application/x-ndjson\r\n\r\n",
                    data,
                    b"\r\n--" + boundary + b"--\r\n",
                )
            ),
        )
        if answer.status == HTTPStatus.OK:
            return True
        if answer.status == HTTPStatus.PRECONDITION_FAILED and b"ncryption" not in answer.body:
            return answer.ambiguous
        if answer.status in (400, 403, 412) and names_the_key(answer.body):
            raise SealUnavailable("the recording cannot be sealed right now", retry_after_s=60)
        raise Unavailable("the vault is not reachable at the moment", retry_after_s=5)
