"""The arena: the whole local stack, two tenants, and everything that they store, to be searched."""

import json
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from infra.local import ports
from infra.local.stack import LOCAL, Stack
from infra.local.terminal import post
from lib import policies
from tests.local_services import Firestore, account

WITNESS = account("witness")  # not one of ours: how tests look into buckets
DATABASES = ("edge-config", "edge-index", "console")
PROVISION_S = 60.0
EVERYTHING = policies.CAPABILITIES
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Tenant:
    """A tenant with one policy, and its owner's way into the console."""

    id: str
    key: str
    email: str
    bucket: str

    @property
    def password(self) -> str:
        """Return the owner's password."""
        return PASSWORD


@dataclass(frozen=True)
class Arena:
    """A running stack."""

    stack: Stack
    firestore: Firestore

    def tenant(self, name: str, origins: list[str], allow: tuple[str, ...] = ()) -> Tenant:
        """Create a tenant through the operator's API; give it a policy if it allows anything."""
        url = self.stack.url("provision_bucket")
        email = f"owner@{name}.example"
        order = {"name": name, "region": "europe-west1", "owner_email": email}
        created = post(f"{url}/v1/tenants", order | {"retention_days": 30, "origins": origins})
        self._wait(f"{url}/v1/tick", f"{url}/v1/operations/{created['operation']}")
        console = self.stack.url("console_api")
        setup = {"token": created["setup"], "password": PASSWORD}
        post(f"{console}/v1/setup", setup, origin=console)
        tenant = created["tenant"]
        config = self.firestore.client("edge-config")
        if allow:
            document = {"version": 2, "allow": list(allow)}
            policy = policies.parse_document(document)
            kept = {"tenant": tenant, "version": 2, "document": policy.text, "hash": policy.hash}
            config.document(f"policies/{tenant}-2").set(kept)
            config.document(f"tenants/{tenant}").update({"policy_version": 2})
        fields = config.document(f"tenants/{tenant}").get().to_dict() or {}
        return Tenant(tenant, created["key"], email, fields["bucket"])

    def _wait(self, tick: str, operation: str) -> None:
        until = time.monotonic() + PROVISION_S
        while True:
            post(tick, {})
            with urllib.request.urlopen(operation) as answer:
                state = json.load(answer)["state"]
            if state == "done":
                return
            if state == "failed" or time.monotonic() > until:
                raise TimeoutError("the tenant was not created")

    def objects(self, tenant: Tenant) -> list[dict[str, Any]]:
        """Return what the bucket's listing says of each object: name, metadata, all of it."""
        with self._witness() as client:
            found: list[dict[str, Any]] = []
            page = ""
            while True:
                params = {"pageToken": page} if page else {}
                listed = client.get(f"/storage/v1/b/{tenant.bucket}/o", params=params).json()
                found += listed.get("items", [])
                page = listed.get("nextPageToken", "")
                if not page:
                    return found

    def stored(self, tenant: Tenant, sessions: set[str]) -> dict[str, bytes]:
        """Return the objects of these sessions by name, as they lie in the bucket."""
        names = [each["name"] for each in self.objects(tenant)]
        return self.fetched(tenant, [name for name in names if name.split("/")[1] in sessions])

    def fetched(self, tenant: Tenant, names: Iterable[str]) -> dict[str, bytes]:
        """Return these objects of a tenant."""
        place = f"/storage/v1/b/{tenant.bucket}/o"
        media = {"alt": "media"}
        with self._witness() as client:
            return {
                name: client.get(f"{place}/{quote(name, safe='')}", params=media).content
                for name in names
            }

    def _witness(self) -> httpx.Client:
        storage = f"http://127.0.0.1:{self.stack.ports.storage}"
        return httpx.Client(
            base_url=storage, headers={"Authorization": f"Bearer local.{WITNESS}.x"}
        )

    def documents(self) -> list[str]:
        """Return every document of every database with its path: index, audit, users, all."""
        found: list[str] = []
        for name in DATABASES:
            client = self.firestore.client(name)
            waiting = list(client.collections())
            while waiting:
                for row in waiting.pop().stream():
                    found.append(f"{row.reference.path} {row.to_dict()!r}")
                    waiting += row.reference.collections()
        return found

    def logs(self) -> list[bytes]:
        """Return every process's log."""
        return [file.read_bytes() for file in sorted(self.stack.logs.iterdir())]

    def elsewhere(self, tenant: Tenant) -> list[str | bytes]:
        """Return everything that is kept beside the recordings themselves."""
        return [*self.logs(), *self.documents(), json.dumps(self.objects(tenant))]


@contextmanager
def open_arena(folder: Path | None = None) -> Iterator[Arena]:
    """Run the stack, in memory, for the time of a `with` block."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        grants = json.loads((LOCAL / "storage_iam.json").read_text())
        iam = place / "witness.json"
        iam.write_text(json.dumps(grants | {WITNESS: ["roles/storage.admin"]}))
        free = ports.free()
        with Stack(place, free, persist=False, progress=lambda _: None, storage_iam=iam) as stack:
            firestore = Firestore(free.firestore_grpc, free.firestore_rest)
            yield Arena(stack, firestore)
