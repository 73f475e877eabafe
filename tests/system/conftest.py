"""The whole stack as `make dev` starts it, on free ports, in memory, once for all system tests.

System tests import nothing of ours but what starts the stack: they see it as users do.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from infra.local import dev, ports
from infra.local.stack import LOCAL, Stack
from tests.local_services import account

WITNESS = account("witness")  # not one of ours: how tests look into buckets


@dataclass(frozen=True)
class Shop:
    """The running stack, its tenant and its shop."""

    stack: Stack
    acme: dev.Acme
    url: str

    def objects(self, session: str) -> dict[str, bytes]:
        """Return the stored objects of a session by name, as they lie in the bucket."""
        storage = f"http://127.0.0.1:{self.stack.ports.storage}"
        headers = {"Authorization": f"Bearer local.{WITNESS}.test"}
        with httpx.Client(base_url=storage, headers=headers) as client:
            (bucket,) = client.get("/storage/v1/b?project=any").json()["items"]
            place = f"/storage/v1/b/{bucket['name']}/o"
            listed = client.get(place, params={"prefix": f"s/{session}/"}).json()
            return {
                item["name"]: client.get(
                    f"{place}/{item['name'].replace('/', '%2F')}", params={"alt": "media"}
                ).content
                for item in listed.get("items", [])
            }


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Start everything, create the tenant, open the shop."""
    folder = tmp_path_factory.mktemp("stack")
    grants = json.loads((LOCAL / "storage_iam.json").read_text())
    iam = folder / "storage_iam.json"
    iam.write_text(json.dumps(grants | {WITNESS: ["roles/storage.admin"]}))
    ended = threading.Event()
    with Stack(
        folder, ports.free(), persist=False, progress=lambda _: None, storage_iam=iam
    ) as stack:
        acme = dev.tenant(stack, [f"http://127.0.0.1:{stack.ports.shop}"])
        ticking = threading.Thread(target=dev.keep_ticking, args=(stack, ended))
        ticking.start()
        yield Shop(stack, acme, dev.start_shop(stack, acme))
        ended.set()
        ticking.join()
