"""The demo shop works and looks like a shop, at every size."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from demo.shopper import shop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = tmp_path_factory.mktemp("shop") / "config.json"
    # Port 9 discards: the shop must not care whether anybody records it.
    config.write_text(json.dumps({"key": "stk_x", "endpoint": "http://127.0.0.1:9"}))
    command = [sys.executable, "-m", "demo.serve", "--config", str(config)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        process.terminate()


def test_a_visitor_finds_buys_and_breaks(
    browser: Browser, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.shopper.KEY_DELAY_MS", 0)
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(error.message))
    visit = shop(page, base_url)
    assert visit.cart == [("Meadow mug", 2), ("Quiet teapot", 1)]
    order = visit.paths.pop()
    assert re.fullmatch(r"/order/\d{4}", order)
    assert visit.paths == [
        *("/", "/shop", "/product/meadow-mug", "/cart"),
        *("/", "/product/quiet-teapot", "/cart", "/checkout"),
    ]
    identity = {"name", "email", "password", "address", "postcode", "city"}
    assert set(visit.secrets) == identity | {"card", "expiry", "cvc"}
    assert problems == ["The kiln is not a function"]
    page.close()


@pytest.mark.parametrize("path", ["/", "/shop", "/product/field-vase", "/cart", "/nowhere"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_window(
    browser: Browser, base_url: str, path: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(base_url + path)
    page.locator("main h1").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_nothing_outside_its_folder_is_served(browser: Browser, base_url: str) -> None:
    request = browser.new_context().request
    assert request.get(f"{base_url}/..%2f..%2fpyproject.toml").status == 404
    assert request.get(f"{base_url}/missing.js").status == 404
    assert "stk_x" in request.get(f"{base_url}/config.js").text()
