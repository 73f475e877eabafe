"""Doors: an address that nobody has costs the reads and the hash of one that somebody has."""

import os
from typing import Any, cast

import pytest
from starlette.requests import Request

from lib.console.doors import Doors, SignInFailed
from lib.console.passwords import Passwords
from lib.identifiers import new_user
from lib.users import Users
from tests.edge_world import Edge, utc


class Counted(Passwords):
    """Counts what it checks."""

    def __init__(self) -> None:
        super().__init__()
        self.checks = 0

    def verify(self, password: str, stored: str | None) -> bool:
        self.checks += 1
        return super().verify(password, stored)


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_costs_one_hash_and_the_same_reads(edge: Edge, known: bool) -> None:
    console, hashing = edge.client("console"), Counted()
    if known:
        users = Users(console)
        user = users.ensure("ada@shop.example", new_user(os.urandom), created=utc(1))
        users.store_hash(user, hashing.hash("four quiet words here"))
    parts = cast(Any, None)  # what only a sign-in that succeeds would use
    doors = Doors(console, parts, parts, parts, hashing, parts, clock=edge.clock)
    before = sum(edge.counts()["reads"].values())
    form = {"email": "ada@shop.example", "password": "a wrong one"}
    with pytest.raises(SignInFailed):
        doors.sign_in(Request({"type": "http"}), form)
    assert hashing.checks == 1
    assert sum(edge.counts()["reads"].values()) - before == 3
