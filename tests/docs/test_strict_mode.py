"""docs/strict-mode.md: the server code that it shows opens a session, in Python and in Node."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lib.edge import asks, assertions
from lib.edge.handshakes import HandshakeRefused
from tests.edge_world import ORIGIN, ROOT, Edge, ask
from tests.lib.edge.test_assertions import CUSTOMER, PUBLIC

TEXT = (ROOT / "docs" / "strict-mode.md").read_text()
PRIVATE = CUSTOMER.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
MAX_LINES = 11

Assert = Callable[[str, str], str]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return found[1]


def in_python(key_id: str, origin: str) -> str:
    """Run the page's Python."""
    names: dict[str, Callable[[str, str, str], str]] = {}
    exec(block("python"), names)
    return names["assertion"](PRIVATE, key_id, origin)


def in_node(key_id: str, origin: str) -> str:
    """Run the page's JavaScript."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    call = ", ".join(json.dumps(each) for each in (PRIVATE, key_id, origin))
    code = f"{block('js')}\nconsole.log(assertion({call}));"
    command = [node, "--input-type=module", "--eval", code]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


BOTH = pytest.mark.parametrize("assert_", [in_python, in_node])


@BOTH
async def test_it_opens_one_session(edge: Edge, assert_: Assert) -> None:
    import time

    edge.clock.now = time.time()
    site = edge.site()
    edge.change(f"sdkKeys/{site.key.id}", assertion_key=PUBLIC.decode())
    word = assert_(site.key.id, ORIGIN)
    service = edge.handshakes()
    body = asks.parse(json.dumps(ask(site, assertion=word)).encode())
    assert (await service.open(body, ORIGIN))["record"] is True
    with pytest.raises(HandshakeRefused):
        await service.open(body, ORIGIN)


@BOTH
def test_two_calls_make_two_words(assert_: Assert) -> None:
    assert assert_("a" * 12, ORIGIN) != assert_("a" * 12, ORIGIN)


@pytest.mark.parametrize("language", ["python", "js"])
def test_it_is_about_ten_lines(language: str) -> None:
    lines = [line for line in block(language).splitlines() if line.strip()]
    assert len(lines) <= MAX_LINES


@pytest.mark.parametrize(
    "limit",
    [
        f"at most {assertions.ASSERTION_TTL_S} s",
        f"at most {assertions.MAX_ID_CHARS} characters",
        f"differ by {assertions.LEEWAY_S} s",
        f"`{assertions.AUDIENCE}`",
    ],
)
def test_its_limits_are_the_codes(limit: str) -> None:
    assert limit in TEXT


def test_nothing_secret_stands_in_it() -> None:
    assert "PRIVATE KEY" not in TEXT
    assert Path("sealtape.pem").name in TEXT
