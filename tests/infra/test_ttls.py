"""Whatever docs/data-model.md says is removed by TTL has a TTL policy, or it would never go."""

import json
import re

from infra.local.stack import ROOT

# A document's path, or the word that says something of the path before it.
TOLD = re.compile(r"`((?:[A-Za-z]+/\{[^}`]+\}[^/`]*/?)+)`|\b(TTL)\b")


def promised() -> set[str]:
    """Return the collection groups whose documents the data model lets expire."""
    found, path = set(), ""
    for told in TOLD.finditer((ROOT / "docs" / "data-model.md").read_text()):
        path = told[1] or path
        if told[2]:
            found.add(path.split("/")[-2])
    return found


def test_every_promised_ttl_is_a_policy_and_no_other_is() -> None:
    declared = json.loads((ROOT / "infra" / "firestore.indexes.json").read_text())
    policies = {
        override["collectionGroup"]
        for database in declared.values()
        for override in database["fieldOverrides"]
        if override.get("ttl")
    }
    assert promised() == policies
    assert len(policies) >= 7
