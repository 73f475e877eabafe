"""Signing keys: P-256 alone, named by their own thumbprints."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lib import signing_keys
from tests.edge_world import JWKS, PEM, SIGNING_KEY


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_signer_and_key_set_agree_on_the_name() -> None:
    assert list(signing_keys.public_keys(JWKS)) == [signing_keys.signer(PEM).kid]


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """The members of RFC 7517's first example key, hashed by hand in another implementation."""
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "use": "enc",
        "kid": "1",
    }
    (kid,) = signing_keys.public_keys(json.dumps({"keys": [jwk]}))
    assert kid == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_a_kid_in_the_set_is_never_believed() -> None:
    keys = json.loads(JWKS)
    keys["keys"][0]["kid"] = "chosen-by-somebody"
    assert "chosen-by-somebody" not in signing_keys.public_keys(json.dumps(keys))


@pytest.mark.parametrize("change", [{"crv": "P-384"}, {"kty": "OKP"}, {"x": "AAAA"}, {"crv": None}])
def test_a_key_that_is_not_on_the_curve_is_refused(change: dict[str, str | None]) -> None:
    jwk = {**signing_keys.jwk(SIGNING_KEY.public_key()), **change}
    with pytest.raises(ValueError, match=r"P-256|[Ii]nvalid|curve|point"):
        signing_keys.public_keys(json.dumps({"keys": [jwk]}))


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)],
    ids=["P-384", "RSA"],
)
def test_only_a_p256_key_signs(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    with pytest.raises(ValueError, match="P-256"):
        signing_keys.signer(pem(key))


def test_several_keys_are_published_together() -> None:
    second = ec.generate_private_key(ec.SECP256R1())
    both = signing_keys.jwk_set([SIGNING_KEY.public_key(), second.public_key()])
    assert len(signing_keys.public_keys(both)) == 2


def test_the_key_set_holds_no_private_part() -> None:
    assert all(not {"d", "p", "q"} & set(key) for key in json.loads(JWKS)["keys"])
