"""Access tokens: one fetch for all that wait, renewed before it ends, never a crash."""

import asyncio
import json
from collections.abc import Mapping

import pytest

from lib.edge.access_tokens import RENEW_BEFORE_S, AccessTokens
from lib.edge.fetches import Answer, Fetcher
from lib.errors import Unavailable
from tests.edge_world import NOW, Clock, Edge


class Metadata(Fetcher):
    """A metadata server in the place of the network."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[Mapping[str, str]] = []

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        attempts: int = 1,
    ) -> Answer:
        self.asked.append(headers)
        await asyncio.sleep(0)
        return self.answers.pop(0)


def token(name: str, lifetime: int = 3_600) -> Answer:
    return Answer(200, json.dumps({"access_token": name, "expires_in": lifetime}).encode())


async def test_the_stand_in_hands_out_the_functions_own_token(edge: Edge) -> None:
    assert (await edge.tokens("ingest").authorization()).startswith("Bearer local.ingest@")


async def test_all_that_wait_share_one_fetch() -> None:
    metadata = Metadata(token("a"))
    tokens = AccessTokens(metadata, "metadata", Clock())
    found = await asyncio.gather(*(tokens.authorization() for _ in range(20)))
    assert set(found) == {"Bearer a"}
    assert metadata.asked == [{"Metadata-Flavor": "Google"}]


async def test_it_is_renewed_before_it_ends_and_not_sooner() -> None:
    clock = Clock()
    tokens = AccessTokens(Metadata(token("a"), token("b")), "metadata", clock)
    await tokens.authorization()
    clock.now = NOW + 3_600 - RENEW_BEFORE_S - 1
    assert await tokens.authorization() == "Bearer a"
    clock.now += 1
    assert await tokens.authorization() == "Bearer b"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(0, b""),
        Answer(404, b""),
        Answer(503, b""),
        Answer(200, b""),
        Answer(200, b"[]"),
        Answer(200, b"{}"),
        Answer(200, b'{"access_token":"x"}'),
        Answer(200, b'{"access_token":"x","expires_in":"soon"}'),
    ],
)
async def test_no_token_means_unavailable_and_is_asked_for_again(answer: Answer) -> None:
    tokens = AccessTokens(Metadata(answer, token("a")), "metadata", Clock())
    with pytest.raises(Unavailable):
        await tokens.authorization()
    assert await tokens.authorization() == "Bearer a"
