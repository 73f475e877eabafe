"""Threat 8: paths, NULs and look-alike letters in identifiers never reach a name."""

import json

import pytest

from tests.edge_world import PAGE, TAB, ask, batch
from tests.threats.conftest import Doors

HOSTILE = [
    "../../../../../../x",
    "..%2f..%2f..%2f..%2f",
    "%2e%2e%2f%2e%2e%2f%2e",
    "aaaaaaaaaaaaaaa/",
    "aaaaaaa\\..\\aaaaa",
    "aaaaaaaaaaaaaaa\x00",
    "aaaaaaaaaaaaaaa\n",
    "aaaaaaaaaaaaaaa\u0430",
    "\uff41" * 16,
    "a" * 15 + "\u0131",
    "A" * 16,
    "a" * 15 + "1",
    "a" * 17,
    "",
]


@pytest.mark.parametrize("bad", HOSTILE, ids=repr)
async def test_a_hostile_page_or_tab_gets_no_token(doors: Doors, bad: str) -> None:
    site = doors.edge.site()
    for changes in ({"page": "p_" + bad}, {"tab": "t_" + bad}, {"page": bad}):
        answer = await doors.shake(site, **changes)
        assert (answer.status_code, answer.json()["code"]) == (400, "handshake_malformed")


@pytest.mark.parametrize("bad", HOSTILE, ids=repr)
async def test_a_hostile_page_in_a_header_stores_nothing(doors: Doors, bad: str) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    previous = {"page": "p_" + bad, "last": 0}
    for body in (batch(answer, page="p_" + bad), batch(answer, previous=previous)):
        assert await doors.send(body) == (400, "header_malformed")
    assert not doors.edge.stored(site)


@pytest.mark.parametrize("bad", HOSTILE, ids=repr)
async def test_a_hostile_key_asks_the_database_nothing(doors: Doors, bad: str) -> None:
    before = doors.edge.counts()["rest"]
    body = json.dumps({**ask(doors.edge.site()), "key": f"stk_{bad}_{'a' * 32}_{'a' * 7}"})
    answer = await doors.handshake.post("/v1/handshake", content=body)
    assert answer.json()["code"] == "key_malformed"
    assert doors.edge.counts()["rest"] == before


async def test_what_is_stored_lies_under_its_session_and_page(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site, page=PAGE, tab=TAB)
    for seq in (0, 7, 4_319):
        assert await doors.send(batch(answer, seq=seq)) == (202, "stored")
    assert all(
        name.startswith(f"s/{answer['session']}/{PAGE}/") for name in doors.edge.stored(site)
    )
