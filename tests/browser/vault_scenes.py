"""Scenes of the vault's pages, for screenshots and for axe."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.console_desk import Desk
from tests.browser.console_offices import SHOP
from tests.browser.console_vault import OWN_KEY, change, proof


def erasures(at: Desk) -> None:
    """Erasures in every state."""
    at.sign_in("/vault/erasures")
    expect(at.page.get_by_role("link", name="Receipt")).to_have_count(2)


def erase_form(at: Desk) -> None:
    """A range of time, about to be erased."""
    at.sign_in("/vault/erasures")
    at.page.get_by_role("button", name="Erase").click()
    at.page.get_by_label("A range of time").check()
    at.page.get_by_label("From").fill("2099-01-01T00:00")
    at.page.get_by_role("button", name="Continue").click()
    expect(at.page.get_by_role("alert")).to_contain_text("has to begin before it ends")


def erase_everything(at: Desk) -> None:
    """The last question before everything goes."""
    at.sign_in("/vault/erasures")
    at.page.get_by_role("button", name="Erase").click()
    at.page.get_by_label("Everything").check()
    at.page.get_by_role("button", name="Continue").click()
    at.page.get_by_label("Type acme to confirm").fill("acm")


def erasures_auditor(at: Desk) -> None:
    """The erasures as an auditor sees them."""
    at.office.role = "auditor"
    at.sign_in("/vault/erasures")
    expect(at.page.get_by_text("Owners and admins can erase")).to_be_visible()


def erasures_empty(at: Desk) -> None:
    """Nothing was erased."""
    at.office.vault.erasures.clear()
    at.sign_in("/vault/erasures")
    expect(at.page.get_by_text("Nothing was erased so far")).to_be_visible()


def exports(at: Desk) -> None:
    """Exports in every state."""
    at.sign_in("/vault/exports")
    at.page.get_by_role("button", name="Download part 2").click()
    expect(at.page.get_by_text("Hash matches")).to_be_visible()


def export_form(at: Desk) -> None:
    """An export of a session whose id is unclear."""
    at.sign_in("/vault/exports")
    at.page.get_by_role("button", name="New export").click()
    at.page.get_by_label("One visit").check()
    at.page.get_by_label("Link or id of the session").fill("yesterday's")
    at.page.get_by_role("button", name="Export", exact=True).click()
    expect(at.page.get_by_role("alert")).to_contain_text("Paste a session's link")


def exports_empty(at: Desk) -> None:
    """Nothing was exported."""
    at.office.vault.exports.clear()
    at.sign_in("/vault/exports")
    expect(at.page.get_by_text("Nothing was exported so far")).to_be_visible()


def exports_forbidden(at: Desk) -> None:
    """The exports as a viewer meets them."""
    at.office.tenant = 1
    at.sign_in("/vault/exports")
    expect(at.page.get_by_role("alert")).to_contain_text("You may not see this")


def vault_loading(at: Desk) -> None:
    """The seal while it loads."""
    at.office.held["/v1/seal"] = threading.Event()
    at.sign_in("/vault")
    expect(at.page.locator(".setting-skeletons")).to_be_visible()


def sealed(at: Desk, **state: Any) -> None:
    """The seal by a key of the tenant's own, in some state."""
    at.office.vault.seal.update({"mode": "customer_managed", "kms_key": OWN_KEY, **state})
    at.sign_in("/vault/seal")
    expect(at.page.get_by_role("region", name="Its state")).to_be_visible()


def seal_google(at: Desk) -> None:
    """The seal of a new tenant, with a key that is refused."""
    at.sign_in("/vault/seal")
    at.page.get_by_role("button", name="Use your own key").click()
    at.page.get_by_label("Name of the key").fill(OWN_KEY.replace("europe-west1", "us-east1"))
    at.page.get_by_role("button", name="Use this key").click()
    expect(at.page.get_by_role("alert")).to_contain_text("must be in europe-west1")


def seal_prove(at: Desk) -> None:
    """A change that waits for its proof."""
    at.office.vault.seal["operation"] = change("change_seal", "prove", proof=proof())
    at.sign_in("/vault/seal")
    expect(at.page.get_by_text("sealtape-proof=")).to_be_visible()


def session_menu(at: Desk) -> None:
    """What can be done with a session."""
    at.sign_in(f"/sessions/{SHOP}")
    at.page.get_by_role("button", name="More about this session").click()


def gone(at: Desk, status: int, code: str) -> None:
    """A session that cannot be opened."""
    at.office.refusals[f"/v1/sessions/{SHOP}"] = (status, code)
    at.sign_in(f"/sessions/{SHOP}")
    expect(at.page.get_by_role("alert")).to_be_visible()


RESEALING = change("change_seal", "reseal", done=31_204, total=90_117)
FAILED = change("change_seal", "prove", state="failed", error="seal_proof_expired")

VAULT_SCENES: dict[str, Callable[[Desk], None]] = {
    "erasures": erasures,
    "erase-form": erase_form,
    "erase-everything": erase_everything,
    "erasures-auditor": erasures_auditor,
    "erasures-empty": erasures_empty,
    "exports": exports,
    "export-form": export_form,
    "exports-empty": exports_empty,
    "exports-forbidden": exports_forbidden,
    "vault-loading": vault_loading,
    "seal-google": seal_google,
    "seal-prove": seal_prove,
    "seal-resealing": lambda at: sealed(at, operation=RESEALING),
    "seal-failed": lambda at: sealed(at, operation=FAILED),
    "seal-unavailable": lambda at: sealed(at, state="unavailable", reason="disabled"),
    "seal-shredded": lambda at: sealed(at, state="shredded", reason="destroyed"),
    "session-menu": session_menu,
    "session-erased": lambda at: gone(at, 410, "session_erased"),
    "session-unreadable": lambda at: gone(at, 503, "recording_unreadable"),
}

# Made of parts that other scenes show: looked at in pictures, not judged again.
ALIKE = {
    "erasures-auditor",
    "erasures-empty",
    "export-form",
    "exports-empty",
    "exports-forbidden",
    "vault-loading",
    "seal-failed",
    "seal-shredded",
    "session-erased",
}
