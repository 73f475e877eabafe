"""What a policy allows is told, what it does not is not, and the server agrees with both."""

from __future__ import annotations

import json
import re
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


FORM = """<h1 title="Told title">Told heading</h1><p>Told words</p>
<div contenteditable id=editor>typed-editor</div>
<form><label>Told label<input id=plain value=typed-start></label><textarea>typed-area</textarea>
<select><option>Told one<option selected value=typed-choice>Told two</select>
<input id=secret type=password value=never-password><input type=hidden value=never-hidden>
<input id=card autocomplete="section-a cc-number" value=never-card>
<input autocomplete=one-time-code value=never-code>
<input autocomplete=new-password value=never-new>
<input id=luhn value="4111 1111 1111 1111"><input id=box type=checkbox value=typed-box></form>"""
TOLD = ["Told heading", "Told title", "Told words", "Told label"]
TYPED = ["typed-start", "typed-area", "typed-choice", "typed-box"]
DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="


def use(tab: Page) -> None:
    """Fill the form as a visitor would, and look at the password."""
    tab.fill("#plain", "typed-later")
    tab.fill("#editor", "typed-edited")
    tab.fill("#card", "never-card-later")
    tab.fill("#luhn", "5500 0000 0000 0004")
    tab.check("#box")
    tab.evaluate("secret.type = 'text'")
    tab.fill("#secret", "never-shown")
    tab.evaluate("secret.setAttribute('value', 'never-attribute')")
    tab.evaluate("plain.setAttribute('value', 'typed-attribute')")
    tab.evaluate(ADD, "Told later")


@pytest.mark.parametrize("allow", [[], ["text"], ["inputs"], ["text", "inputs"]])
def test_each_capability_tells_what_it_names_and_the_server_finds_nothing_to_mask(
    faulty: FaultyServer, context: BrowserContext, allow: list[str]
) -> None:
    tab = record(faulty, context, FORM, allow)
    use(tab)
    sent = settle(faulty, tab)
    for word in [*TOLD, "Told later"]:
        assert (word in sent) is ("text" in allow), word
    for word in [*TYPED, "typed-later", "typed-attribute"]:
        assert (word in sent) is ("inputs" in allow), word
    assert ("typed-edited" in sent) is (allow == ["text", "inputs"])
    assert "never" not in sent
    # Groups of a card's digits: as part of a longer number they are any timestamp's.
    assert not re.search(r"\b(?:1111|0004)\b", sent)
    assert ('"isChecked": true' in sent) is ("inputs" in allow)
    assert_clean(faulty)


def test_a_shown_password_stays_masked_in_a_new_picture_and_a_new_session(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, FORM, ["text", "inputs"])
    tab.evaluate("Sealtape.pause()")
    tab.evaluate("secret.type = 'text'")
    tab.fill("#secret", "never-shown")
    tab.evaluate("Sealtape.resume()")
    faulty.wait(lambda: len(faulty.events(2)) == 2)
    tab.fill("#secret", "never-shown-again")
    assert "never" not in settle(faulty, tab)
    assert_clean(faulty)


@pytest.mark.parametrize("allow", [["text"], ["images"]])
def test_images_are_told_where_they_are_allowed(
    faulty: FaultyServer, context: BrowserContext, allow: list[str]
) -> None:
    body = f'<img id=one alt=one src="{DOT}"><p data-seal=block><img src="{DOT}"></p>'
    tab = record(faulty, context, body, allow)
    tab.evaluate("document.body.append(one.cloneNode())")
    sent = settle(faulty, tab)
    assert ("data:image" in sent) is ("images" in allow)
    assert sent.count('"alt"') == (2 if "images" in allow else 0)
    assert_clean(faulty)


MARKS = {
    "marks": ("data-seal=mask", "data-seal=block", "data-seal=allow", {}),
    "selectors": (
        "class=a",
        "class=b",
        "class=c",
        {"mask": [".a"], "block": [".b"], "allow": [".c"]},
    ),
}


@pytest.mark.parametrize("kind", ["marks", "selectors"])
def test_masked_and_blocked_parts_are_not_told_and_exceptions_within_them_are(
    faulty: FaultyServer, context: BrowserContext, kind: str
) -> None:
    mask, block, allow, selectors = MARKS[kind]
    body = f"""<p>Told</p><div {mask} id=masked><p title=Intimate data-state=Intimate>Intimate</p>
      <input value=Intimate><i style="--a:Intimate;font-family:Intimate">Intimate</i>
      <div {allow}><p title=Exempt>Exempt</p><b {mask}>Intimate</b></div></div>
      <div {block} id=blocked><p>Intimate</p><input id=within value=Intimate></div>"""
    tab = record(
        faulty, context, body, ["text", "inputs", "images"], selectors=SELECTORS | selectors
    )
    tab.fill("#masked input", "Intimate anew")
    tab.fill("#within", "Intimate anew")
    tab.evaluate("masked.querySelector('p').firstChild.data = 'Intimate anew'")
    tab.evaluate("masked.querySelector('p').title = 'Intimate anew'")
    tab.evaluate("masked.append('Intimate later'); blocked.append('Intimate later')")
    tab.evaluate(ADD, "Told later")
    sent = settle(faulty, tab)
    assert "Intimate" not in sent
    assert all(word in sent for word in ["Told later", "Exempt"])
    assert_clean(faulty)


def test_a_selector_that_is_none_masks_everything(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    selectors = SELECTORS | {"mask": ["!"]}
    tab = record(faulty, context, "<p title=Intimate>Intimate</p>", ["text"], selectors=selectors)
    tab.evaluate(ADD, "Intimate later")
    assert "Intimate" not in settle(faulty, tab)
    assert_clean(faulty)
