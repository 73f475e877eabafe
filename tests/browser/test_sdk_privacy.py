"""What a policy allows is told, what it does not is not, and the server agrees with both."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from lib import privacy
from tests.browser.faulty_server import FaultyServer, page

pytestmark = pytest.mark.browser

SELECTORS: dict[str, list[str]] = {"mask": [], "block": [], "allow": []}
ADD = """text => {
  const made = document.createElement("p");
  made.textContent = text;
  document.body.append(made);
}"""


def record(
    faulty: FaultyServer, context: BrowserContext, body: str, allow: list[str], **policy: Any
) -> Page:
    """Open a page under a policy and return once its first snapshot is stored."""
    faulty.policy = {"allow": allow, **policy}
    faulty.pages["/here"] = (page(body), {})
    tab = context.new_page()
    tab.goto(f"{faulty.site}/here")
    faulty.wait(lambda: faulty.events(2))
    return tab


def told(faulty: FaultyServer) -> str:
    """Everything that was sent."""
    return json.dumps(faulty.events(), ensure_ascii=False)


def settle(faulty: FaultyServer, tab: Page) -> str:
    """Return everything that was sent once all that happened so far is stored."""
    marks = len(faulty.custom("sealtape.error"))
    tab.evaluate("setTimeout(() => { throw new Error('mark') })")
    faulty.wait(lambda: len(faulty.custom("sealtape.error")) > marks)
    return told(faulty)


def assert_clean(faulty: FaultyServer) -> None:
    """The server, under the same policy, finds nothing left to mask in what was sent."""
    allow = frozenset(faulty.policy["allow"])
    for batch in faulty.batches:
        lines = "".join(
            json.dumps(event, separators=(",", ":"), ensure_ascii=False) + "\n"
            for event in batch.events
        )
        kept = privacy.enforce(lines.encode(), allow)
        assert (kept.summary.masked, kept.summary.dropped) == (0, 0), kept.ndjson.decode()


def rule(prefix: str, *forbid: str) -> dict[str, Any]:
    """A path rule."""
    return {"prefix": prefix, "forbid": list(forbid)}


@pytest.mark.parametrize(
    ("prefix", "hidden"),
    [("/here", True), ("/HE", True), ("/%68ere/", True), ("/hereafter", False), ("/there", False)],
)
def test_a_path_rule_narrows_what_is_told_below_its_prefix(
    faulty: FaultyServer, context: BrowserContext, prefix: str, hidden: bool
) -> None:
    tab = record(faulty, context, "<p>Harmless</p>", ["text"], paths=[rule(prefix, "text")])
    assert ("Harmless" in settle(faulty, tab)) is not hidden
    assert_clean(faulty)


@pytest.mark.parametrize(
    "go",
    [
        "history.pushState({}, '', '/account/me')",
        "history.replaceState({}, '', '/account/me')",
        "History.prototype.pushState.call(history, {}, '', '/account/me')",
        "navigation.navigate('/account/me')",
    ],
)
def test_a_navigation_to_a_narrower_path_begins_a_new_picture_under_its_mask(
    faulty: FaultyServer, context: BrowserContext, go: str
) -> None:
    stay = "<script>navigation.onnavigate = (event) => event.intercept()</script>"
    tab = record(
        faulty, context, f"{stay}<p>Harmless</p>", ["text"], paths=[rule("/account", "text")]
    )
    tab.evaluate(f"{go}; 0")
    tab.evaluate(ADD, "Intimate")
    sent = settle(faulty, tab)
    assert "Harmless" in sent
    assert "Intimate" not in sent
    assert "Harmless" not in json.dumps(faulty.events(2)[-1])
    assert len(faulty.events(2)) == 2
    assert_clean(faulty)


def test_what_stood_at_a_narrower_path_stays_hidden_when_the_page_moves_on(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    body = "<div id=app><p id=old title=Intimate>Intimate</p><input id=field value=Intimate></div>"
    allow, rules = ["text", "inputs"], [rule("/here", "text", "inputs")]
    tab = record(faulty, context, body, allow, paths=rules)
    tab.evaluate("history.pushState({}, '', '/home')")
    tab.evaluate("old.firstChild.data = 'Intimate again'; old.title = 'Intimate still'")
    tab.fill("#field", "Intimate words")
    tab.evaluate("app.append(old)")
    tab.evaluate(ADD, "Harmless")
    sent = settle(faulty, tab)
    assert "Intimate" not in sent
    assert "Harmless" in sent
    tab.evaluate("Sealtape.pause(); Sealtape.resume()")
    faulty.wait(lambda: len(faulty.events(2)) == 3)
    assert "Intimate" not in told(faulty)
    assert_clean(faulty)


def test_a_navigation_that_changes_nothing_takes_no_new_picture(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, "<p>Text</p>", ["text"], paths=[rule("/here", "inputs")])
    tab.evaluate("history.pushState({}, '', '/home')")
    settle(faulty, tab)
    assert [each["path"] for each in faulty.custom("sealtape.page")] == ["/here", "/home"]
    assert len(faulty.events(2)) == 1
