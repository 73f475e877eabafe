"""Origins: a key works exactly where its list says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.origins import MAX_ORIGIN_CHARS, allowed, well_formed

EXACT = ("https://shop.example",)
PORT = ("https://shop.example:8443",)
WILD = ("https://*.shop.example",)


@pytest.mark.parametrize(
    ("origin", "allowlist"),
    [
        ("https://shop.example", EXACT),
        ("https://shop.example:8443", PORT),
        ("https://a.shop.example", WILD),
        ("https://xn--bcher-kva.shop.example", WILD),
        ("https://xn--bcher-kva.example", ("https://xn--bcher-kva.example",)),
        ("http://localhost:3000", ("http://localhost:3000",)),
        ("http://[::1]:3000", ("http://[::1]:3000",)),
        ("https://b.shop.example:8443", ("https://*.shop.example:8443",)),
        ("https://two.example", ("https://one.example", "https://two.example")),
    ],
)
def test_a_listed_origin_is_allowed(origin: str, allowlist: tuple[str, ...]) -> None:
    assert allowed(origin, allowlist)


@pytest.mark.parametrize(
    "origin",
    [
        "",  # missing
        "null",
        "http://shop.example",
        "wss://shop.example",
        "https://shop.example:443",
        "https://shop.example:8443",
        "https://shop.example:0443",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "https://shop.example-evil.example",
        "https://shop.exampl",
        "https://shop.examplee",
        "https://a.shop.example",
        "https://SHOP.example",
        "HTTPS://shop.example",
        "https://shop.example.",
        "https://shop.example/",
        "https://shop.example/path",
        "https://shop.example?q",
        "https://shop.example#f",
        "https://user@shop.example",
        "https://shop.example@evil.example",
        "https://shop.example\\.evil.example",
        "https://shop.example%2eevil.example",
        "https://shop.example\n",
        " https://shop.example",
        "https://shop.example https://evil.example",
        "https://shop.example,https://evil.example",
        "https://sh\u043ep.example",
        "https://shop\u3002example",
        "//shop.example",
        "shop.example",
        "*",
        "https://*",
    ],
)
def test_a_look_alike_is_not_allowed(origin: str) -> None:
    assert not allowed(origin, EXACT)


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.example",
        "https://.shop.example",
        "https://a.b.shop.example",
        "https://ashop.example",
        "https://evilshop.example",
        "https://a.shop.example.evil.example",
        "https://a.shop.example:8443",
        "http://a.shop.example",
        "http://long-label.shop.example",
        "https://*.shop.example",
        "https://evil.example/.shop.example",
        "https://evil.example#.shop.example",
        "https://evil.example:80.shop.example",
    ],
)
def test_a_wildcard_is_one_whole_left_most_label(origin: str) -> None:
    assert not allowed(origin, WILD)


def test_an_unknown_key_allows_nothing() -> None:
    assert not allowed("https://shop.example", ())


def test_the_longest_origin_is_the_last_that_is_read() -> None:
    label = "a" * 61 + "."
    longest = "https://" + (label * 5)[: MAX_ORIGIN_CHARS - 8].rstrip(".")
    longest += "b" * (MAX_ORIGIN_CHARS - len(longest))
    longest = longest[:MAX_ORIGIN_CHARS]
    assert len(longest) == MAX_ORIGIN_CHARS
    assert well_formed(longest)
    assert not well_formed(longest + "b")


@given(st.text(max_size=60))
def test_what_is_well_formed_has_one_host_and_nothing_else(text: str) -> None:
    if well_formed(text):
        assert text == text.lower()
        assert not set(text) & set("/ @?#\\%\n*,") - set("/")
        assert text.count("/") == 2


@given(label=st.from_regex(r"[a-z0-9.@/#:_-]{1,20}", fullmatch=True))
def test_whatever_stands_before_the_base_a_wildcard_admits_labels_only(label: str) -> None:
    if allowed(f"https://{label}.shop.example", WILD):
        assert not set(label) & set("./@#:")
