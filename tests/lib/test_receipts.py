"""A receipt says what was signed, to whoever holds the public keys, and nothing else passes."""

import json
from base64 import urlsafe_b64encode
from pathlib import Path

import jwt
import pytest

from infra.secrets_admin.contents import new_signing_key, public_key
from lib import receipts, signing_keys
from lib.receipts import ReceiptInvalid, Receipts, verify
from lib.tokens import PublicKeys

NOW = 1_795_439_274.0
BODY = {"erasure": "op_x", "objects": 3}
PEM, FORMER = new_signing_key(), new_signing_key()


def known(pem: str = PEM) -> PublicKeys:
    return signing_keys.public_keys(signing_keys.jwk_set([public_key(pem)]))


def test_a_receipt_says_what_was_signed() -> None:
    receipt = Receipts(PEM).sign("erasure", BODY, now=NOW)
    assert verify(receipt, "erasure", known()) == {"iss": "sealtape", "iat": int(NOW), **BODY}


def test_receipts_of_a_replaced_key_are_still_checked_by_what_is_published() -> None:
    old = Receipts(FORMER).sign("erasure", BODY, now=NOW)
    published = Receipts(PEM, json.dumps(Receipts(FORMER).keys())).keys()
    assert verify(old, "erasure", signing_keys.public_keys(json.dumps(published)))
    assert len(published["keys"]) == 2
    assert not any("d" in key for key in published["keys"])


def test_another_kind_of_document_is_no_receipt() -> None:
    with pytest.raises(ReceiptInvalid, match="another kind"):
        verify(Receipts(PEM).sign("posture", BODY, now=NOW), "erasure", known())


def test_what_another_key_signed_is_refused() -> None:
    with pytest.raises(ReceiptInvalid, match="none of these keys"):
        verify(Receipts(FORMER).sign("erasure", BODY, now=NOW), "erasure", known())


@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_part_of_a_receipt_counts(place: int) -> None:
    parts = Receipts(PEM).sign("erasure", BODY, now=NOW).split(".")
    middle = len(parts[place]) // 2
    other = "A" if parts[place][middle] != "A" else "B"
    parts[place] = parts[place][:middle] + other + parts[place][middle + 1 :]
    with pytest.raises(ReceiptInvalid):
        verify(".".join(parts), "erasure", known())


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_no_other_algorithm_passes(algorithm: str) -> None:
    kid = next(iter(known()))
    headers = {"typ": "sealtape-erasure-receipt+jwt", "kid": kid}
    secret = "" if algorithm == "none" else "x" * 32
    forged = jwt.encode({"iss": "sealtape", **BODY}, secret, algorithm, headers)
    with pytest.raises(ReceiptInvalid):
        verify(forged, "erasure", known())


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é.é.é", urlsafe_b64encode(b"{}").decode()])
def test_what_is_no_receipt_at_all_is_refused(text: str) -> None:
    with pytest.raises(ReceiptInvalid):
        verify(text, "erasure", known())


def test_the_command_tells_valid_from_forged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, keys = tmp_path / "receipt", tmp_path / "keys.json"
    keys.write_text(json.dumps(Receipts(PEM).keys()))
    file.write_text(Receipts(PEM).sign("erasure", BODY, now=NOW) + "\n")
    assert receipts.main([str(file), str(keys)]) == 0
    assert json.loads(capsys.readouterr().out)["objects"] == 3
    file.write_text(Receipts(FORMER).sign("erasure", BODY, now=NOW))
    assert receipts.main([str(file), str(keys)]) == 1
    file.write_text('{"receipt": null}')
    assert receipts.main([str(file), str(keys)]) == 1
