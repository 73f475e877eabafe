"""Devices: coarse facts of today's browsers, and nothing from anything else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.edge.devices import MAX_USER_AGENT_CHARS, describe

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
PIXEL = "Mozilla/5.0 (Linux; Android 10; K)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
IPAD = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"{MAC} {WEBKIT} Chrome/131.0.0.0 Safari/537.36", ("Chrome 131", "macOS", "desktop")),
        (
            f"{WINDOWS} {WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            ("Edge 131", "Windows", "desktop"),
        ),
        (
            f"{WINDOWS} {WEBKIT} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0",
            ("Opera 115", "Windows", "desktop"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            ("Firefox 132", "Linux", "desktop"),
        ),
        (
            f"{PIXEL} {WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36",
            ("Chrome 131", "Android", "phone"),
        ),
        (f"{PIXEL} {WEBKIT} Chrome/131.0.0.0 Safari/537.36", ("Chrome 131", "Android", "tablet")),
        (
            f"{PIXEL} {WEBKIT} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
            ("Samsung Internet 27", "Android", "phone"),
        ),
        (
            f"{IPHONE} (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            ("Safari 18", "iOS", "phone"),
        ),
        (
            f"{IPHONE} (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
            ("Chrome 131", "iOS", "phone"),
        ),
        (
            f"{IPAD} (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            ("Safari 17", "iOS", "tablet"),
        ),
        (
            f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
            ("Safari 18", "macOS", "desktop"),
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/131.0.0.0 Safari/537.36",
            ("Chrome 131", "ChromeOS", "desktop"),
        ),
        ("curl/8.5.0", ("Other", "Other", "desktop")),
        ("", ("Other", "Other", "desktop")),
    ],
)
def test_a_user_agent_says_browser_system_and_kind(
    user_agent: str, device: tuple[str, str, str]
) -> None:
    assert describe(user_agent) == device


@given(st.text(max_size=600))
def test_no_user_agent_yields_more_than_a_known_name_and_four_digits(text: str) -> None:
    browser, system, kind = describe(text)
    assert len(browser) <= len("Samsung Internet 1234")
    assert len(system) <= len("ChromeOS")
    assert kind in ("phone", "tablet", "desktop")


def test_a_version_is_no_place_for_an_identifier() -> None:
    assert describe("Chrome/123456789012345").browser == "Chrome 1234"


def test_what_lies_beyond_the_limit_is_not_read() -> None:
    assert describe(" " * MAX_USER_AGENT_CHARS + "Chrome/131").browser == "Other"
    assert describe(" " * (MAX_USER_AGENT_CHARS - 10) + "Chrome/131").browser == "Chrome 131"


@pytest.mark.parametrize("piece", ["Android", "Version/1", "Version/1" + "1" * 400, "Mobile/a "])
def test_a_hostile_user_agent_costs_little(piece: str) -> None:
    begin = time.process_time()
    describe(piece * 1_000)
    assert time.process_time() - begin < 0.05
