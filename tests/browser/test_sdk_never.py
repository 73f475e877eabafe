"""What no policy allows, or this one does not, stays in the page by whatever way it is shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.faulty_server import FaultyServer
from tests.browser.test_sdk_privacy import assert_clean, record, settle

pytestmark = pytest.mark.browser

FRAMES = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
SHADOW = """<div id=host></div><script>
host.attachShadow({mode: "open"}).innerHTML = "<input type=password value=never-one>"</script>"""
FIRE = "field.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}))"


def did(faulty: FaultyServer, tab: Page, act: str) -> str:
    """Let the page act, and return everything that was sent once that is stored."""
    tab.evaluate(f"() => {{ {act} }}")
    tab.evaluate(FRAMES)
    return settle(faulty, tab)


NEVER = {
    "an option of a payment field": (
        """<select autocomplete=cc-exp-month><optgroup><option value=never-one>
        <option value=never-two selected></select>""",
        """document.querySelector("option").setAttribute("selected", "");
        document.querySelector("option").setAttribute("value", "never-three")""",
    ),
    "a code in a text area": (
        "<textarea id=field autocomplete=one-time-code>never-one</textarea>",
        f"field.value = 'never-two'; {FIRE}; field.textContent = 'never-three'",
    ),
    "a file's name": (
        "<input type=file id=field>",
        f"""const data = new DataTransfer(); data.items.add(new File(["x"], "never.pdf"));
        field.files = data.files; {FIRE}; document.body.append(field)""",
    ),
    "a custom element's value": (
        "<x-input id=field type=password value=never-one></x-input>",
        "field.setAttribute('value', 'never-two')",
    ),
    "a custom element's card": (
        "<x-input id=field autocomplete='section-a CC-NUMBER' value=never-one></x-input>",
        "field.setAttribute('value', 'never-two')",
    ),
    "a password shown and told at once": (
        "<input id=field type=password value=never-one>",
        f"field.type = 'text'; field.value = 'never-two'; {FIRE}",
    ),
    "a password in a shadow tree": (
        SHADOW,
        f"""const field = host.shadowRoot.firstChild;
        field.type = 'text'; field.value = 'never-two'; {FIRE}""",
    ),
}


@pytest.mark.parametrize("what", NEVER)
def test_no_policy_tells(faulty: FaultyServer, context: BrowserContext, what: str) -> None:
    body, act = NEVER[what]
    tab = record(faulty, context, body, ["text", "inputs"])
    sent = did(faulty, tab, act)
    assert "never" not in sent
    assert '"selected"' not in sent
    assert_clean(faulty)


def test_a_password_in_a_shadow_tree_stays_one_while_nothing_is_recorded(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, SHADOW, ["text", "inputs"])
    tab.evaluate("Sealtape.pause()")
    tab.evaluate("host.shadowRoot.firstChild.type = 'text'")
    assert "never" not in did(faulty, tab, "Sealtape.resume()")
    assert len(faulty.events(2)) == 2
    assert_clean(faulty)


TYPED = {
    "in a document that is an editor": (
        "<p id=text>Start</p>",
        """document.designMode = "on"; text.firstChild.data = "typed-one";
        document.body.append("typed-two"); Sealtape.pause(); Sealtape.resume()""",
    ),
    "in a frame that is an editor": (
        "<iframe id=frame srcdoc='<p>Start</p>'></iframe>",
        """const page = frame.contentDocument; page.designMode = "on";
        page.querySelector("p").firstChild.data = "typed-one"; page.body.append("typed-two")""",
    ),
    "with a slider": (
        "<div id=field role=slider aria-valuetext=typed-one></div>",
        "field.setAttribute('aria-valuetext', 'typed-two')",
    ),
}


@pytest.mark.parametrize("where", TYPED)
def test_page_text_is_not_what_was_typed(
    faulty: FaultyServer, context: BrowserContext, where: str
) -> None:
    body, act = TYPED[where]
    tab = record(faulty, context, f"<h1>Told heading</h1>{body}", ["text"])
    sent = did(faulty, tab, act)
    assert "Told heading" in sent
    assert "typed" not in sent
    assert_clean(faulty)


def test_a_frame_in_a_masked_part_is_masked(faulty: FaultyServer, context: BrowserContext) -> None:
    inner = "<p title=Intimate>Intimate</p><input value=Intimate>"
    body = f"<div data-seal=mask><iframe id=frame srcdoc='{inner}'></iframe></div>"
    tab = record(faulty, context, f"<p>Told</p>{body}", ["text", "inputs"])
    sent = did(
        faulty,
        tab,
        f"""const page = frame.contentDocument, field = page.querySelector("input");
        page.querySelector("p").firstChild.data = "Intimate anew";
        page.querySelector("p").title = "Intimate anew"; page.body.append("Intimate anew");
        field.value = "Intimate anew"; {FIRE}""",
    )
    assert "Told" in sent
    assert "Intimate" not in sent
    assert_clean(faulty)


def test_style_sheets_of_a_masked_part_are_masked(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    body = """<div data-seal=mask><style id=style>p{color:red}</style><div id=host></div></div>
        <style id=other></style>"""
    tab = record(faulty, context, body, ["text"])
    sent = did(
        faulty,
        tab,
        """const rule = "p::before{content:'Intimate'}";
        style.sheet.insertRule(rule); style.sheet.cssRules[0].style.content = "'Intimate'";
        const made = new CSSStyleSheet(); made.replaceSync(rule);
        host.attachShadow({mode: "open"}).adoptedStyleSheets = [made];
        other.sheet.insertRule("p::after{content:'Told'}")""",
    )
    assert "Told" in sent
    assert "Intimate" not in sent
    assert_clean(faulty)


def test_a_page_with_an_element_of_any_name_is_recorded(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    record(faulty, context, "<constructor>x</constructor>", [])
    assert len(faulty.events(2)) == 1
