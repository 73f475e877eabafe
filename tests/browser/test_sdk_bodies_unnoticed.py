"""What a page makes of fetch and of its elements goes on where the SDK tells bodies."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.faulty_server import FaultyServer
from tests.browser.test_sdk_bodies import ALLOW, POST, answer, told
from tests.browser.test_sdk_privacy import record

pytestmark = pytest.mark.browser

ODD = {
    "nothing": "undefined",
    "no headers": "{ok: true}",
    "plain headers": "{ok: true, headers: {'content-type': 'application/json'}}",
    "a trap": "Object.defineProperty({ok: true}, 'status', {get() { throw new Error('mine'); }})",
    "a word": "'ok'",
}


@pytest.mark.parametrize("made", ODD.values(), ids=ODD.keys())
def test_a_fetch_of_the_page_s_own_may_answer_anything(
    faulty: FaultyServer, context: BrowserContext, made: str
) -> None:
    page = """<p>x</p><script>const real = fetch; window.made = MADE;
      window.fetch = (to, ...rest) => String(to).startsWith("/api/")
        ? Promise.resolve(window.made) : real(to, ...rest);</script>"""
    tab = record(faulty, context, page.replace("MADE", made), ALLOW)
    same = "fetch('/api/x').then(got => got === window.made, error => String(error))"
    assert tab.evaluate(same) is True


CUSTOM = """<x-asked></x-asked><x-broken></x-broken><script>window.asked = 0;
  customElements.define("x-asked", class extends HTMLElement {
    get value() { asked++; return "anything"; } get type() { asked++; return "text"; } });
  customElements.define("x-broken", class extends HTMLElement {
    get value() { throw new Error("mine"); } });</script>"""


def test_no_custom_element_is_asked_for_its_value_nor_hides_a_request(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    answer(context, "{}")
    tab = record(faulty, context, CUSTOM, ALLOW)
    tab.evaluate(POST, ["/api/x", {"a": 1}, False])
    [request] = told(faulty, tab, "request")
    assert request["text"] == {"a": 1}
    assert tab.evaluate("asked") == 0
