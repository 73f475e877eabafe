"""Below JSON: what hides in raw bytes never reaches a stored object."""

import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable
from types import ModuleType

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import privacy
from tests.edge_world import Edge, Json, batch, lines, load_main, meta, opened, served
from tests.lib.edge.test_batches import member

CANARY = b"canary7f3a"
EVENT = json.dumps(meta(path="/"), separators=(",", ":")).encode()


@pytest.fixture(scope="session")
def module() -> ModuleType:
    environ = {"GOOGLE_CLOUD_PROJECT": "p", "SESSION_PUBLIC_KEYS": "{}", "USER_HASH_KEY": "k"}
    return load_main("ingest", environ)


class Sender:
    """Sends raw gzip in the place of a batch, and looks at what was stored."""

    def __init__(self, edge: Edge, browser: httpx.AsyncClient) -> None:
        self.edge = edge
        self.browser = browser
        self.site = edge.site()
        self.answer: Json = {}

    async def send(self, packed: bytes, seq: int = 0) -> tuple[int, bytes]:
        """Return the status, and every stored byte, inflated and as it is."""
        self.answer = self.answer or await opened(self.edge, self.site)
        body = batch(self.answer, packed, seq=seq)
        answer = await self.browser.post("/v1/ingest", content=body)
        stored = self.edge.stored(self.site).values()
        return answer.status_code, b"".join(each + gzip.decompress(each) for each in stored)


@pytest.fixture
async def sender(edge: Edge, module: ModuleType) -> AsyncIterator[Sender]:
    with served(module, edge.ingestion()) as browser:
        yield Sender(edge, browser)


HIDDEN: dict[str, bytes] = {
    "a key twice, the secret first": EVENT.replace(b'"type":4', b'"type":"canary7f3a","type":4'),
    "a key twice in data": EVENT.replace(b'"width"', b'"href":"canary7f3a","width"'),
    "a key twice, escaped": EVENT.replace(b'"width"', b'"wid\\u0074h":"canary7f3a","width"'),
    "an unknown key in the envelope": EVENT.replace(b'{"type"', b'{"x":"canary7f3a","type"'),
    "an unknown key in data": EVENT.replace(b'"width"', b'"x":"canary7f3a","width"'),
    "an unknown object in data": EVENT.replace(b'"width"', b'"x":{"y":["canary7f3a"]},"width"'),
    "a secret for a key's name": EVENT.replace(b'"width"', b'"canary7f3a":1,"width"'),
    "a text where a number belongs": EVENT.replace(b":1280", b':"canary7f3a"'),
    "an unknown type": EVENT.replace(b'"type":4', b'"type":9,"canary7f3a":"canary7f3a"'),
    "an unknown source": b'{"type":3,"data":{"source":99,"text":"canary7f3a"},"timestamp":1}',
    "a packed event": b'"canary7f3a"',
    "a list": b'["canary7f3a"]',
    "a comment": b"/*canary7f3a*/" + EVENT,
    "two events on a line": EVENT + b' {"type":"canary7f3a"}',
    "text after the last newline": EVENT + b"\ncanary7f3a",
    "a carriage return": EVENT + b"\r\ncanary7f3a\r",
    "invalid UTF-8 in a text": EVENT.replace(b"https://", b"\xff\xfecanary7f3a"),
    "invalid UTF-8 after": EVENT + b"\xc0\xafcanary7f3a",
    "overlong UTF-8": EVENT.replace(b"/cart", b"/\xc0\xaecanary7f3a"),
    "a byte-order mark": b"\xef\xbb\xbf" + EVENT + b"canary7f3a",
    "UTF-16": (EVENT + CANARY).decode().encode("utf-16"),
    "a NUL and more": EVENT + b"\x00canary7f3a",
    "NaN": EVENT.replace(b":1280", b":NaN") + b"canary7f3a",
    "a number with a secret's digits": EVENT.replace(b":1280", b":1280.0canary7f3a"),
}


@pytest.mark.parametrize("name", HIDDEN)
async def test_what_hides_in_json_is_not_stored(sender: Sender, name: str) -> None:
    status, stored = await sender.send(gzip.compress(HIDDEN[name] + b"\n"))
    assert status in (202, 422)
    assert CANARY not in stored


WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "a second member": lambda text: gzip.compress(text) + gzip.compress(CANARY),
    "a second member of the same size": lambda text: (
        gzip.compress(text) + gzip.compress(CANARY.ljust(len(text)))
    ),
    "a second member before": lambda text: gzip.compress(CANARY) + gzip.compress(text),
    "bytes after the member": lambda text: gzip.compress(text) + CANARY,
    "bytes and a trailer after it": lambda text: (
        gzip.compress(text) + CANARY + gzip.compress(text)[-8:]
    ),
    "FNAME": lambda text: member(text, 0x08, CANARY + b"\x00"),
    "FCOMMENT": lambda text: member(text, 0x10, CANARY + b"\x00"),
    "FEXTRA": lambda text: member(text, 0x04, b"\x0a\x00" + CANARY),
    "all three": lambda text: member(text, 0x1C, b"\x0a\x00" + CANARY * 2 + b"\x00" + b"\x00"),
}


@pytest.mark.parametrize("name", WRAPPED)
async def test_what_hides_in_gzip_is_not_stored(sender: Sender, name: str) -> None:
    status, stored = await sender.send(WRAPPED[name](EVENT + b"\n"))
    assert status in (413, 422)
    assert stored == b""


async def test_a_plain_member_is_stored(sender: Sender) -> None:
    status, stored = await sender.send(gzip.compress(EVENT + b"\n"))
    assert status == 202
    assert b'"type":4' in stored


async def test_what_is_stored_is_always_one_plain_member_of_lines(sender: Sender) -> None:
    for seq, text in enumerate(HIDDEN.values()):
        await sender.send(gzip.compress(text + b"\n"), seq)
    for data in sender.edge.stored(sender.site).values():
        assert data[3] == 0
        inflater = zlib.decompressobj(31)
        text = inflater.decompress(data)
        assert inflater.eof
        assert not inflater.unused_data
        assert all(isinstance(json.loads(line), dict) for line in text.splitlines())
        assert text == b"" or text.endswith(b"\n")


KEYS = st.sampled_from(["type", "data", "timestamp", "href", "width", "height", "x", "delay"])
VALUES = st.recursive(
    st.sampled_from([4, 1, 1280, "canary7f3a", None, True, 1.5]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def raw(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


@settings(max_examples=150)
@given(st.lists(st.tuples(KEYS, VALUES), max_size=8), st.lists(st.tuples(KEYS, VALUES), max_size=6))
def test_no_object_with_keys_at_random_smuggles_a_text(
    envelope: list[tuple[str, object]], data: list[tuple[str, object]]
) -> None:
    inner = ",".join(f'"{key}":{raw(value)}' for key, value in [*data, ("href", "https://a.b/")])
    outer = ",".join(f'"{key}":{raw(value)}' for key, value in envelope)
    text = f'{{{outer}{"," if outer else ""}"type":4,"timestamp":1,"data":{{{inner}}}}}\n'
    kept = privacy.enforce(text.encode(), frozenset())
    assert CANARY not in kept.ndjson


@given(st.integers(0, 5), st.sampled_from([0, 1, 2]))
def test_events_that_the_server_made_are_their_own_mask(count: int, extra: int) -> None:
    once = privacy.enforce(lines(*(meta(n) for n in range(count))) + b"\n" * extra, frozenset())
    assert privacy.enforce(once.ndjson, frozenset()).clean


@pytest.mark.parametrize("clean", [True, False])
async def test_the_header_of_a_stored_member_is_ours(sender: Sender, clean: bool) -> None:
    text = privacy.enforce(EVENT, frozenset()).ndjson if clean else EVENT + b"\n"
    packed = gzip.compress(text)
    status, stored = await sender.send(packed[:4] + b"CANARY" + packed[10:])
    assert status == 202
    assert stored.startswith(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
