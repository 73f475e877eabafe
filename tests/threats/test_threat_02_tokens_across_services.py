"""Threat 2: a token of one service at another's door."""

import jwt
import pytest

from lib.console.signins import NotSignedIn, SignIn, SignIns
from lib.identifiers import TenantId, UserId
from tests.edge_world import NOW, SIGNING_KEY, batch
from tests.lib.tokens_world import CLAIM, NOW_S, RESUME, SIGNER, parts, signed
from tests.threats.conftest import Doors

SECRET = "s" * 32
CONSOLE = SignIns(SECRET)
COOKIE = CONSOLE.issue(SignIn(UserId("u_" + "a" * 16), TenantId("tn_" + "a" * 16), 1), now=NOW_S)
SESSION = SIGNER.session(CLAIM, now=NOW_S)


async def test_a_console_session_is_no_token_at_ingest(doors: Doors) -> None:
    answer = await doors.opened(doors.edge.site())
    assert await doors.send(batch(answer, token=COOKIE)) == (401, "token_invalid")


async def test_a_console_session_resumes_nothing(doors: Doors) -> None:
    site = doors.edge.site()
    first = await doors.opened(site)
    assert (await doors.opened(site, resume=COOKIE))["session"] != first["session"]


async def test_a_resume_token_is_no_token_at_ingest(doors: Doors) -> None:
    answer = await doors.opened(doors.edge.site())
    assert await doors.send(batch(answer, token=answer["resume"])) == (401, "token_invalid")


@pytest.mark.parametrize("token", [SESSION, SIGNER.resume(RESUME, now=NOW_S)])
def test_tokens_of_the_recorder_open_no_console(token: str) -> None:
    with pytest.raises(NotSignedIn):
        CONSOLE.verify(token, now=NOW_S)


def test_console_claims_signed_by_the_recorders_key_open_no_console() -> None:
    header, claims, _ = parts(COOKIE)
    with pytest.raises(NotSignedIn):
        CONSOLE.verify(signed({**header, "alg": "ES256"}, claims, SIGNING_KEY), now=NOW_S)


async def test_recorder_claims_signed_by_the_consoles_secret_store_nothing(doors: Doors) -> None:
    answer = await doors.opened(doors.edge.site())
    header, claims, _ = parts(answer["token"])
    forged = jwt.encode(claims, SECRET, "HS256", headers={**header, "alg": "HS256"})
    assert await doors.send(batch(answer, token=forged)) == (401, "token_invalid")


def test_the_console_accepts_its_own(doors: Doors) -> None:
    assert CONSOLE.verify(COOKIE, now=int(NOW)).epoch == 1
