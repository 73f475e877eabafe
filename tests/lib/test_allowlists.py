"""Allowlist entries: what no browser would send or what would let strangers in is refused."""

import pytest

from lib.allowlists import MAX_ORIGINS, OriginRefused, check
from lib.origins import allowed


@pytest.mark.parametrize(
    "entry",
    [
        "https://shop.example",
        "https://shop.example:8443",
        "https://*.shop.example",
        "https://*.shop.example:8443",
        "https://*.alice.github.io",
        "https://*.shop.co.uk",
        "https://xn--bcher-kva.example",
        "http://localhost:3000",
        "http://localhost",
        "http://127.0.0.1:8300",
        "http://[::1]:8300",
        "https://192.0.2.1",
    ],
)
def test_an_entry_that_a_browser_can_send_is_taken_as_it_is(entry: str) -> None:
    assert check([entry]) == (entry,)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "null",
        "*",
        "https://*",
        "https://*.",
        "https://*.*.shop.example",
        "https://a.*.shop.example",
        "https://a*.shop.example",
        "https://*a.shop.example",
        "https://shop.*",
        "https://*.github.io",
        "https://*.co.uk",
        "https://*.com",
        "https://*.example",
        "https://*.xn--55qx5d.cn",
        "https://*.localhost",
        "https://*.192.0.2.1",
        "https://*.[::1]",
        "http://shop.example",
        "http://*.shop.example",
        "http://*.localhost",
        "https://shop.example/",
        "https://shop.example/path",
        "https://shop.example.",
        "https://SHOP.example",
        "https://b\u00fccher.example",
        "https://shop.example:443",
        "http://localhost:80",
        "https://shop.example:65536",
        "https://shop.example:0",
        "https://user@shop.example",
        "ftp://shop.example",
        "file://",
        "https://shop.example\n",
    ],
)
def test_an_entry_that_is_no_origin_or_too_wide_is_refused_by_name(entry: str) -> None:
    with pytest.raises(OriginRefused) as refused:
        check([entry])
    assert repr(entry) in refused.value.detail


def test_the_highest_port_is_allowed() -> None:
    assert check(["https://shop.example:65535"])


def test_an_empty_list_allows_nobody_and_is_refused() -> None:
    with pytest.raises(OriginRefused):
        check([])


def test_a_list_has_at_most_its_limit() -> None:
    origins = [f"https://s{number}.example" for number in range(MAX_ORIGINS)]
    assert len(check(origins)) == MAX_ORIGINS
    with pytest.raises(OriginRefused):
        check([*origins, "https://one-more.example"])


def test_repetition_is_dropped_and_order_kept() -> None:
    assert check(["https://b.example", "https://a.example", "https://b.example"]) == (
        "https://b.example",
        "https://a.example",
    )


def test_every_accepted_wildcard_admits_a_name_under_it() -> None:
    for entry in check(["https://*.shop.example", "https://*.alice.github.io"]):
        assert allowed(entry.replace("*", "www"), (entry,))
