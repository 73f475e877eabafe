"""Objects: created once, with their metadata, or refused by the name of what failed."""

import os
from typing import Any

import pytest

from lib.edge.access_tokens import AccessTokens
from lib.edge.fetches import Answer
from lib.edge.objects import Objects
from lib.errors import Unavailable
from lib.seals import SealUnavailable
from tests.edge_world import NOW, Edge
from tests.lib.edge.test_access_tokens import Metadata, token

START_MS = round(NOW * 1000)


def objects(edge: Edge) -> Objects:
    return Objects(edge.fetcher, edge.tokens("ingest"), edge.storage.url, os.urandom)


async def create(edge: Edge, bucket: str, data: bytes = b"data", name: str = "s/x") -> bool:
    return await objects(edge).create(bucket, name, data, {"seq": "0"}, START_MS)


@pytest.mark.parametrize(
    "data", [b"", b"\r\n--", b"\x00\xff\r\n\r\n", bytes(1024**2), b"--boundary--\r\n"]
)
async def test_any_bytes_are_stored_as_they_are(edge: Edge, data: bytes) -> None:
    site = edge.site()
    assert await create(edge, site.bucket, data)
    assert edge.stored(site) == {"s/x": data}


async def test_a_body_cannot_guess_the_boundary() -> None:
    sent: list[bytes] = []

    class Storage(Metadata):
        async def send(self, *arguments: Any, body: bytes = b"", **named: Any) -> Answer:
            sent.append(body)
            return await super().send(*arguments, **named)

    for _ in range(2):
        storage = Storage(token("a"), Answer(200, b"{}"))
        tokens = AccessTokens(storage, "m", lambda: NOW)
        await Objects(storage, tokens, "http://s", os.urandom).create("b", "n", b"", {}, START_MS)
    assert sent[1].split(b"\r\n")[0] != sent[3].split(b"\r\n")[0]


async def test_an_object_is_never_overwritten(edge: Edge) -> None:
    site = edge.site()
    assert await create(edge, site.bucket)
    assert not await create(edge, site.bucket, b"other")
    assert edge.stored(site) == {"s/x": b"data"}


async def answered(*answers: Answer) -> bool:
    storage = Metadata(token("a"), *answers)
    tokens = AccessTokens(storage, "m", lambda: NOW)
    return await Objects(storage, tokens, "http://s", os.urandom).create(
        "b", "n", b"", {}, START_MS
    )


PRECONDITION = b'{"error":{"code":412,"errors":[{"reason":"conditionNotMet"}]}}'
ENFORCED = (
    b'{"error":{"code":412,"message":"Requested encryption type for object is not compliant with '
    b"the bucket's encryption enforcement configuration.\"}}"
)
KEY_DISABLED = (
    b'{"error":{"code":400,"message":"Cloud KMS error when using key projects/p/locations/l/'
    b'keyRings/r/cryptoKeys/k: The CryptoKeyVersion is not enabled."}}'
)
KEY_DENIED = (
    b'{"error":{"code":403,"message":"Permission denied on Cloud KMS key. Please ensure that your '
    b'Cloud Storage service account has been authorized to use this key."}}'
)
NO_RIGHT = (
    b'{"error":{"code":403,"message":"ingest@p.iam.gserviceaccount.com does not have '
    b'storage.objects.create access to the Google Cloud Storage object."}}'
)


@pytest.mark.parametrize(
    "answer",
    [Answer(400, KEY_DISABLED), Answer(403, KEY_DENIED), Answer(412, ENFORCED)],
)
async def test_a_refusing_key_is_named_and_is_no_duplicate(answer: Answer) -> None:
    with pytest.raises(SealUnavailable) as refused:
        await answered(answer)
    assert refused.value.retry
    assert refused.value.retry_after_s


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, NO_RIGHT),
        Answer(404, b"{}"),
        Answer(400, b"{}"),
        Answer(401, b"{}"),
        Answer(429, b"{}"),
        Answer(503, b"{}"),
        Answer(0, b""),
        Answer(307, b""),
    ],
    ids=lambda answer: str(answer.status),
)
async def test_whatever_else_is_not_stored_and_not_acknowledged(answer: Answer) -> None:
    with pytest.raises(Unavailable):
        await answered(answer)


@pytest.mark.parametrize("ambiguous", [True, False])
async def test_a_taken_name_is_ours_only_if_we_may_have_taken_it(ambiguous: bool) -> None:
    assert await answered(Answer(412, PRECONDITION, ambiguous)) == ambiguous
