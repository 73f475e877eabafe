"""ingest before a tenant's own key: sealed with it, or not stored at all."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from lib.seals import SealUnavailable
from tests.edge_world import Edge, Site, batch, opened
from tests.local_services import Storage, process

RING = "projects/customer/locations/europe-west1/keyRings/r"
KEY = f"{RING}/cryptoKeys/k"
ROLE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
AGENT = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com"
BINDING = {"role": ROLE, "members": [f"serviceAccount:{AGENT}"]}


class Keys:
    """The customer's side of Cloud KMS."""

    def __init__(self, port: int) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}/v1/")
        self._post(f"{RING.rpartition('/')[0]}?keyRingId=r", {})
        self._post(f"{RING}/cryptoKeys?cryptoKeyId=k", {"purpose": "ENCRYPT_DECRYPT"})
        self.grant([BINDING])

    def grant(self, bindings: list[object]) -> None:
        """Say who may use the key."""
        self._post(f"{KEY}:setIamPolicy", {"policy": {"bindings": bindings}})

    def state(self, state: str) -> None:
        """Enable or disable the key's only version."""
        path = f"{KEY}/cryptoKeyVersions/1?updateMask=state"
        self._http.patch(path, json={"state": state}).raise_for_status()

    def _post(self, path: str, body: object) -> None:
        self._http.post(path, json=body).raise_for_status()


@pytest.fixture
def keys() -> Iterator[tuple[Keys, int]]:
    with process("infra.local.secrets") as ready:
        yield Keys(ready["port"]), ready["port"]


@pytest.fixture
def sealed(edge: Edge, keys: tuple[Keys, int]) -> Iterator[tuple[Edge, Site]]:
    """An installation over a storage stand-in that knows the keys, and a tenant with its own."""
    kms = f"http://127.0.0.1:{keys[1]}"
    with process("infra.local.storage", "--kms-url", kms) as ready:
        world = replace(edge, storage=Storage(ready["port"]))
        site = world.site()
        bucket = world.bucket(site)
        bucket.default_kms_key_name = KEY
        bucket.patch()
        yield world, site


@pytest.mark.parametrize("how", ["disabled", "not granted"])
async def test_a_key_that_refuses_stores_nothing_until_it_is_back(
    sealed: tuple[Edge, Site], keys: tuple[Keys, int], how: str
) -> None:
    edge, site = sealed
    ingestion = edge.ingestion()
    answer = await opened(edge, site)
    assert not (await ingestion.accept(batch(answer), ""))["duplicate"]
    if how == "disabled":
        keys[0].state("DISABLED")
    else:
        keys[0].grant([])
    with pytest.raises(SealUnavailable) as refused:
        await ingestion.accept(batch(answer, seq=1), "")
    assert refused.value.problem()["retry"] is True
    keys[0].state("ENABLED")
    keys[0].grant([BINDING])
    assert not (await ingestion.accept(batch(answer, seq=1), ""))["duplicate"]
    blobs = list(edge.bucket(site).list_blobs())
    assert len(blobs) == 2
    assert all(blob.kms_key_name.startswith(KEY) for blob in blobs)


async def test_another_tenant_does_not_notice(
    sealed: tuple[Edge, Site], keys: tuple[Keys, int]
) -> None:
    edge, _ = sealed
    keys[0].state("DISABLED")
    neighbour = edge.site()
    answer = await opened(edge, neighbour)
    assert not (await edge.ingestion().accept(batch(answer), ""))["duplicate"]
