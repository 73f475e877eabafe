"""Rotating the signing key: publish, sign, retire; at no moment is a batch refused."""

import gzip
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lib import signing_keys
from lib.edge import asks
from lib.edge.handshakes import Handshakes
from lib.edge.ingestion import Ingestion
from lib.tokens import LEEWAY_S, SESSION_MAX_S, TOKEN_TTL_S, Signer, TokenInvalid, Verifier
from tests.edge_world import NOW, ORIGIN, SIGNING_KEY, Edge, Json, Site, ask, batch, lines, meta

NEW_KEY = ec.generate_private_key(ec.SECP256R1())
OLD, NEW = (
    Signer(signing_keys.thumbprint(key.public_key()), key) for key in (SIGNING_KEY, NEW_KEY)
)


def verifier(*keys: ec.EllipticCurvePrivateKey) -> Verifier:
    published = signing_keys.jwk_set([key.public_key() for key in keys])
    return Verifier(signing_keys.public_keys(published))


# Of both functions, what is published and who signs, in the order in which instances change.
STAGES = {
    "before": ((SIGNING_KEY,), OLD),
    "published": ((SIGNING_KEY, NEW_KEY), OLD),
    "signing": ((SIGNING_KEY, NEW_KEY), NEW),
    "retired": ((NEW_KEY,), NEW),
}


def instances(edge: Edge, stage: str) -> tuple[Handshakes, Ingestion]:
    """One instance of each function, as deployed at that stage."""
    keys, signer = STAGES[stage]
    deployed = replace(edge, verifier=verifier(*keys), signer=signer)
    return deployed.handshakes(), deployed.ingestion()


async def grant(service: Handshakes, site: Site, resume: str | None = None) -> Json:
    body = json.dumps(ask(site, resume=resume)).encode()
    return await service.open(asks.parse(body), ORIGIN)


@pytest.mark.parametrize(
    ("signing", "accepting"),
    [
        ("before", "before"),
        ("before", "published"),
        ("published", "before"),
        ("published", "published"),
        ("published", "signing"),
        ("signing", "published"),
        ("signing", "signing"),
        ("signing", "retired"),
        ("retired", "signing"),
        ("retired", "retired"),
    ],
)
async def test_old_and_new_instances_side_by_side_refuse_nothing(
    edge: Edge, signing: str, accepting: str
) -> None:
    site = edge.site()
    answer = await grant(instances(edge, signing)[0], site)
    handshakes, ingestion = instances(edge, accepting)
    packed = gzip.compress(lines(meta()))
    assert not (await ingestion.accept(batch(answer, packed), ""))["duplicate"]
    resumed = await grant(handshakes, site, answer["resume"])
    assert resumed["session"] == answer["session"]


async def test_retiring_too_early_is_what_would_refuse(edge: Edge) -> None:
    answer = await grant(instances(edge, "published")[0], edge.site())
    with pytest.raises(TokenInvalid):
        await instances(edge, "retired")[1].accept(batch(answer), "")


async def test_after_four_hours_and_leeway_no_token_of_the_old_key_is_alive(edge: Edge) -> None:
    site = edge.site()
    answer = await grant(instances(edge, "published")[0], site)
    edge.clock.now = NOW + SESSION_MAX_S + LEEWAY_S
    assert TOKEN_TTL_S < SESSION_MAX_S
    late = await grant(instances(edge, "signing")[0], site, answer["resume"])
    assert late["session"] != answer["session"]
