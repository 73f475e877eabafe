"""What the documentation points at exists."""

import re
from pathlib import Path

import pytest

from infra.local.stack import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
NAMED = re.compile(r"`((?:lib|sdk|console|tests|infra|functions|demo|bench|docs)/[\w./-]+\w)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize(("page", "least"), [("security-overview.md", 40), ("architecture.md", 20)])
def test_every_file_that_these_pages_name_exists(page: str, least: int) -> None:
    named = NAMED.findall((ROOT / "docs" / page).read_text())
    assert len(named) > least
    assert not [name for name in named if not (ROOT / name).exists()]
