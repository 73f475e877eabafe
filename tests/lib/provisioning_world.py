"""One installation in a project of its own, for tests of provisioning."""

import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore as google_firestore
from google.cloud import storage as google_storage

from infra.local.identity.projects import PROJECT_NUMBER
from lib import keys, users
from lib.operating import orders
from lib.operating.paces import Pace
from lib.operating.provisioning import CreateTenant
from lib.operations import Operations
from lib.tenant_records import TenantRecords
from lib.ticks import Ticker
from lib.vault.buckets import SETTINGS, Buckets
from tests.local_services import Firestore, Storage, account, fresh_project

NOW = 1_795_439_274.0
PACE_S = 2.0
SERVICE_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z")
BUCKET_SHAPE = (*SETTINGS, "name", "location", "metageneration")


class Clock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class World:
    """One installation: two databases, one project's buckets, and a ticker over them."""

    console: google_firestore.Client
    edge_config: google_firestore.Client
    storage: google_storage.Client
    clock: Clock
    operations: Operations
    ticker: Ticker
    plan: CreateTenant
    project: str

    def order(self, name: str = "acme", seed: int = 1, **changes: Any) -> tuple[bool, str]:
        """Start an operation with ids drawn from `seed`; return whether it is new, and its id."""
        draws = random.Random(seed).randbytes
        body = {
            "name": name,
            "region": "europe-west1",
            "owner_email": f"owner@{name}.example",
            "retention_days": 30,
            "origins": ["https://shop.example"],
            **changes,
        }
        drawn = orders.draw(keys.create(draws), users.new_setup_token(draws), draws)
        operation = orders.operation(orders.parse_order(body), drawn, now=self.clock.now)
        return self.operations.start(operation), operation.id

    def state(self) -> dict[str, Any]:
        """Return every document that a tenant consists of, by database and path."""
        databases = {"console": self.console, "edge-config": self.edge_config}
        return {
            f"{name}/{document.reference.path}": document.to_dict()
            for name, client in databases.items()
            for collection in client.collections()
            for document in _tree(collection)
            if collection.id not in ("operations", "paces")
        }

    def outcome(self, operation: str) -> str:
        """Return the state and the bucket as text, with what was drawn replaced by its role."""
        drawn = self.operations.get(operation).input
        bucket = self.storage.get_bucket(drawn["bucket"])
        policy = bucket.get_iam_policy(requested_policy_version=3)
        shape = {name: bucket._properties.get(name) for name in BUCKET_SHAPE}
        grants = [(row["role"], sorted(row["members"])) for row in policy.bindings]
        found: list[Any] = [*self.state().items(), shape, grants]
        text = "\n".join(json.dumps(row, sort_keys=True, default=_text) for row in found)
        for role in ("tenant", "user", "bucket", "key_hash", "key", "setup"):
            text = text.replace(_text(drawn[role]), f"<{role}>")
        text = SERVICE_TIME.sub("<time>", text)  # the storage service's clock is not ours
        return "\n".join(sorted(text.splitlines()))


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _tree(collection: Any) -> Iterator[Any]:
    for reference in collection.list_documents():
        snapshot = reference.get()
        if snapshot.exists:
            yield snapshot
        for nested in reference.collections():
            yield from _tree(nested)


def build(firestore: Firestore, storage: Storage, project: str | None = None) -> World:
    """Return an empty installation, in a project that no other test uses."""
    project = project or fresh_project()
    console = firestore.client("console", project)
    edge_config = firestore.client("edge-config", project)
    buckets = storage.client("provision-bucket")
    clock = Clock()
    operations = Operations(console, random=os.urandom)
    plan = CreateTenant(
        console,
        TenantRecords(edge_config),
        Buckets(buckets, int(PROJECT_NUMBER)),
        Pace(console, "buckets", PACE_S),
        (account("ingest"), account("console-api")),
        clock=clock,
        random=os.urandom,
    )
    ticker = Ticker(operations, {orders.KIND: plan}, clock=clock, sleep=clock.sleep)
    return World(console, edge_config, buckets, clock, operations, ticker, plan, project)
