"""The row of erasures is green only by receipts of these very erasures of this tenant."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from infra.secrets_admin.contents import new_signing_key, public_key
from lib import signing_keys
from lib.erasures.ledgers import Entry
from lib.erasures.subjects import Subject
from lib.identifiers import OperationId, TenantId
from lib.posture import records
from lib.posture.readings import Readings
from lib.receipts import Receipts

NOW = 1_795_439_274.0
OURS, THEIRS = TenantId("tn_" + "a" * 16), TenantId("tn_" + "b" * 16)
ERASURE, ANOTHER = OperationId("op_" + "e" * 16), OperationId("op_" + "f" * 16)
PEM, STRANGER = new_signing_key(), new_signing_key()
KEYS = signing_keys.public_keys(signing_keys.jwk_set([public_key(PEM)]))


def state(receipt: str | None) -> str:
    """Return the state of the row of a tenant with one erasure that has this receipt."""
    entry = Entry(
        id=ERASURE,
        subject=Subject("session", round(NOW * 1000), session="s_" + "a" * 26),
        by="u_" + "a" * 16,
        ordered=datetime.fromtimestamp(NOW, UTC),
        facts={},
        done_ms=round(NOW * 1000),
        receipt=receipt,
        replay_of=None,
    )
    found = SimpleNamespace(
        at=NOW, tenant=SimpleNamespace(id=OURS), erasures=[entry], orders=dict[Any, Any]()
    )
    return records._erasures(cast(Readings, cast(Any, found)), KEYS).state


def signed(pem: str, erasure: str, tenant: str) -> str:
    """Return a receipt."""
    return Receipts(pem).sign("erasure", {"erasure": erasure, "tenant": tenant}, now=NOW)


@pytest.mark.parametrize(
    ("receipt", "wanted"),
    [
        (signed(PEM, ERASURE, OURS), "pass"),
        (None, "pass"),  # it is signed when it is first asked for
        (signed(PEM, ANOTHER, OURS), "fail"),
        (signed(PEM, ERASURE, THEIRS), "fail"),
        (signed(STRANGER, ERASURE, OURS), "fail"),
        ("no receipt at all", "fail"),
    ],
)
def test_a_receipt_is_believed_of_its_own_erasure_alone(receipt: str | None, wanted: str) -> None:
    assert state(receipt) == wanted
