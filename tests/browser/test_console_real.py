"""The console on console_api itself, over the stand-ins; and that the small backend speaks like it.

One member works through the vault in the order of this file: each test goes on where the one
before it stopped.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import console_desk
from tests.browser.console_backend import CONSOLE, DIST, Office, get_answer
from tests.browser.console_offices import SHOP, busy_office
from tests.browser.console_recordings import shop_visit
from tests.browser.console_shapes import differences
from tests.browser.console_vault import OWN_KEY, change, done, proof
from tests.function_processes import free_port
from tests.functions.console_visitors import (
    HANDSHAKE,
    PASSWORD,
    Customer,
    Installation,
    new_id,
)
from tests.functions.installations import installed
from tests.local_services import Firestore
from tests.seal_world import Vault

browser = console_desk.browser

SESSION, PAGE = new_id("s_", 26), new_id("p_", 16)
SDK = "var Sealtape = {};\n"
ANSWER_MS = 15_000


@dataclass
class Member:
    """Somebody at a browser, the tenant they belong to, and what ticks for them."""

    page: Page
    url: str
    customer: Customer
    installation: Installation

    def open(self, path: str) -> None:
        """Go to `path` of the console."""
        self.page.goto(self.url + path)

    def press(self, name: str) -> None:
        """Press the button with exactly this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def ask(self, path: str) -> Any:
        """Return what the API answers to this member."""
        return self.page.evaluate("async (path) => (await fetch(path)).json()", path)

    def finish(self, operation: str) -> None:
        """Let an operation run to its end."""
        self.installation.finish(operation)

    def sees(self, text: str) -> None:
        """Wait until `text` is on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=ANSWER_MS)


@pytest.fixture(scope="module")
def static(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console as it is staged, with a stub of the SDK. Args: browser: it built the console."""
    folder = tmp_path_factory.mktemp("real") / "static"
    shutil.copytree(DIST, folder)
    shutil.copy(CONSOLE / "csp.txt", folder)
    (folder / "sealtape.js").write_text(SDK)
    return folder


@pytest.fixture(scope="module")
def member(browser: Browser, firestore: Firestore, vault: Vault, static: Path) -> Iterator[Member]:
    """An owner who set their password, in a tenant with one recorded visit."""
    vault.set_clock(time.time())  # other tests move it; here functions run by their own
    port = free_port()
    url = f"http://localhost:{port}"
    with installed(firestore, vault, static, url, port) as installation:
        customer = installation.customer()
        start = datetime.now(UTC) - timedelta(days=2)
        for seq, stored in enumerate(shop_visit()[:2]):
            installation.store(customer, SESSION, PAGE, seq, start=start, data=stored.member)
        with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
            page = context.new_page()
            page.goto(f"{url}/setup#token={customer.setup}")
            page.get_by_label("New password").fill(PASSWORD)
            page.get_by_role("button", name="Save and sign in").click()
            expect(page.get_by_role("heading", name="Sessions")).to_be_visible(timeout=ANSWER_MS)
            yield Member(page, url, customer, installation)


def test_a_new_keys_snippet_can_be_pasted_as_it_stands(member: Member) -> None:
    member.open("/settings/keys")
    member.press("New key")
    member.page.get_by_label("Label").fill("Shop")
    member.page.get_by_label("Origins", exact=True).fill("https://shop.example")
    member.press("Create key")
    shown = member.page.get_by_role("region", name="The new key")
    expect(shown).to_contain_text(f'<script src="{member.url}/sealtape.js"></script>')
    expect(shown).to_contain_text(f'endpoint: "{HANDSHAKE}"')
    stranger = member.page.context.new_page()  # a page of another origin
    stranger.add_script_tag(url=f"{member.url}/sealtape.js")
    assert stranger.evaluate("typeof Sealtape") == "object"
    stranger.close()


def test_a_visit_is_exported_and_its_part_downloaded(member: Member) -> None:
    member.open(f"/sessions/{SESSION}")
    member.press("More about this session")
    member.page.get_by_role("menuitem", name="Export this session").click()
    member.press("Export")
    member.sees("Running")
    member.finish(member.ask("/v1/exports")["exports"][0]["id"])
    member.open("/vault/exports")
    member.sees("Ready")
    member.press("Download part 1")
    member.sees("Hash matches")


def test_an_office_answers_of_an_export_what_the_api_does(member: Member) -> None:
    office = busy_office()
    rows = [row for row in office.vault.exports if row["state"] == "ready"]
    assert differences(rows, member.ask("/v1/exports")["exports"]) == []


def test_a_visit_is_erased_with_a_receipt_and_its_page_says_so(member: Member) -> None:
    member.open(f"/vault/erasures?session={SESSION}")
    member.press("Continue")
    member.press("Erase for good")
    member.sees("Running")
    member.finish(member.ask("/v1/erasures")["erasures"][0]["id"])
    member.open("/vault/erasures")
    member.sees("Nothing was left")
    with member.page.expect_download() as download:
        member.page.get_by_role("link", name="Receipt").click()
    receipt = json.loads(Path(download.value.path()).read_text())["receipt"]
    assert receipt.count(".") == 2
    member.open(f"/sessions/{SESSION}")
    member.sees("This visit was erased")
    member.open("/vault/exports")
    member.sees("Its parts are gone")


def test_a_key_of_ones_own_is_asked_to_be_proved_and_called_off(member: Member) -> None:
    member.open("/vault/seal")
    member.press("Use your own key")
    member.page.get_by_label("Name of the key").fill(OWN_KEY.replace("west1", "west9"))
    member.press("Use this key")
    member.sees("the key must be in europe-west1")
    member.page.get_by_label("Name of the key").fill(OWN_KEY)
    member.press("Use this key")
    member.sees("--update-labels=sealtape-proof=")
    member.installation.operator.post("/v1/tick").raise_for_status()
    member.open("/vault/seal")
    member.sees("gs-project-accounts.iam.gserviceaccount.com")


def small(office: Office, path: str) -> Any:
    """Return what the small backend answers."""
    office.signed_in = True
    return json.loads(get_answer(office, path, {}).body)


@pytest.mark.parametrize(
    "path", ["me", "sessions", "keys", "policy", "outcomes", "posture", "seal", "erasures"]
)
def test_the_small_backend_speaks_like_the_real_one(member: Member, path: str) -> None:
    office = busy_office()
    office.vault.seal["operation"] = change("change_seal", "prove", proof=proof())
    office.vault.erasures[0].update(done(1, 1))
    real = member.ask(f"/v1/{path}")
    assert "code" not in real, real
    assert differences(small(office, f"/v1/{path}"), real) == []


def test_so_it_does_of_one_session_and_of_one_erasure(member: Member) -> None:
    office, session = busy_office(), new_id("s_", 26)
    member.installation.store(member.customer, session, PAGE, 0)
    real = member.ask(f"/v1/sessions/{session}")
    assert differences(small(office, f"/v1/sessions/{SHOP}"), real) == []
    erased = member.ask("/v1/erasures")["erasures"][0]["id"]
    row = office.vault.erasures[0]
    row.update(done(1, 1))
    real = member.ask(f"/v1/erasures/{erased}")
    assert differences(small(office, f"/v1/erasures/{row['id']}"), real) == []


def test_the_change_is_called_off_and_the_seal_is_what_it_was(member: Member) -> None:
    member.open("/vault/seal")
    member.press("Call it off")
    member.sees("It was called off")
    member.installation.operator.post("/v1/tick").raise_for_status()
    member.open("/vault/seal")
    member.sees("The seal is what it was before")
