"""One installation whose buckets can be sealed: stand-ins with Cloud KMS, and every plan."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from google.cloud import firestore as google_firestore
from google.cloud import kms
from google.cloud.kms_v1.services.key_management_service.transports import (
    KeyManagementServiceRestTransport,
)
from google.cloud.storage import Bucket

from infra.local.identity.projects import HOME_PROJECT, PROJECT_NUMBER, STORAGE_AGENT
from infra.local.identity.tokens import issue
from lib import operations
from lib.console.downscoped import INSPECTOR
from lib.identifiers import OperationId, TenantId, new_operation
from lib.operating import lifecycles, orders
from lib.operating.paces import Pace
from lib.operations import LEASE_S, Operation
from lib.seal import plans, proofs, rotations, wiring
from lib.seal.changes import SealChanges
from lib.seal.tools import Tools
from lib.seals import Wish
from lib.tenant_records import TenantRecords
from lib.tenants import Tenant
from lib.ticks import Outcome, Plan, Ticker
from lib.vault import impersonations
from lib.vault.buckets import Buckets
from lib.vault.cloud_keys import CloudKeys
from tests.lib.provisioning_world import NOW, PACE_S, World
from tests.lib.provisioning_world import build as build_world
from tests.local_services import (
    ACCOUNTS,
    Firestore,
    Metadata,
    Storage,
    account,
    control,
    credentials,
    forget_faults,
    process,
)

CUSTOMER = "keys@customer-keys.iam.gserviceaccount.com"
CUSTOMER_PROJECT = "customer-keys"
REGION = "europe-west1"
DESTROY_S = 24 * 3600  # the customer's keys are destroyed a day after that was asked for
STARTED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
BYTES = b"\x1f\x8b recorded"

# What each account may do in the project, and the customer in their own.
GRANTS: dict[str, Any] = {
    account("provision-bucket"): [
        "storage.buckets.create",
        "storage.buckets.delete",
        "storage.buckets.get",
        "storage.buckets.update",
        "storage.buckets.getIamPolicy",
        "storage.buckets.setIamPolicy",
        "iam.serviceAccounts.getAccessToken",
        "roles/cloudkms.admin",
    ],
    f"projects/{HOME_PROJECT}/roles/{INSPECTOR}": [
        "storage.buckets.get",
        "storage.buckets.getIamPolicy",
    ],
    account("console-api"): [f"projects/{HOME_PROJECT}/roles/{INSPECTOR}"],
    CUSTOMER: {CUSTOMER_PROJECT: ["roles/cloudkms.admin"]},
    # Not one of ours: how tests look at what was done.
    account("witness"): ["roles/storage.admin", "roles/cloudkms.admin"],
}


@dataclass
class Vault:
    """Stand-ins of Cloud Storage, Cloud KMS and the metadata server that know each other."""

    storage: Storage
    metadata: Metadata
    keys_url: str

    def keys(self, email: str) -> kms.KeyManagementServiceClient:
        """Return Google's client of Cloud KMS as one account."""
        transport = KeyManagementServiceRestTransport(
            host=self.keys_url.removeprefix("http://"), url_scheme="http", credentials=_as(email)
        )
        return kms.KeyManagementServiceClient(transport=transport)

    def advance(self, seconds: float) -> None:
        """Let time pass for both services."""
        for url in (self.storage.url, self.keys_url):
            control(url, "clock", {"advance_ms": round(seconds * 1000)})

    def forget_faults(self) -> None:
        """Let every call through again."""
        forget_faults(self.storage.url)

    def set_clock(self, now: float) -> None:
        """Set both services' time, Unix seconds."""
        for url in (self.storage.url, self.keys_url):
            control(url, "clock", {"now_ms": round(now * 1000)})


def _as(email: str) -> Any:
    made = credentials("nobody")
    made.token = issue(email)
    return made


@contextmanager
def vault_processes(iam: Path) -> Iterator[Vault]:
    """Run the stand-ins. Args: iam: a file with GRANTS."""
    flags = ("--iam", str(iam))
    accounts = [flag for name in ACCOUNTS for flag in ("--account", account(name))]
    with process("infra.local.secrets", *flags) as keys:
        keys_url = f"http://127.0.0.1:{keys['port']}"
        with (
            process("infra.local.storage", *flags, "--kms-url", keys_url) as storage,
            process("infra.local.metadata", *accounts, *flags) as metadata,
        ):
            yield Vault(Storage(storage["port"]), Metadata(metadata["ports"]), keys_url)


class Stopped(BaseException):
    """Stands for a worker's death: nothing in lib may catch it."""


@dataclass
class SealWorld:
    """An installation with tenants whose seals change."""

    base: World
    vault: Vault
    plans: dict[str, Plan]
    ticker: Ticker
    tools: Tools
    index: google_firestore.Client

    def tenant(self, name: str = "acme") -> Tenant:
        """Provision a tenant."""
        _, operation = self.base.order(name=name, seed=int.from_bytes(os.urandom(8)))
        self.tick()
        done = self.base.operations.get(operation)
        assert done.state == "done", done
        return self.read(done.tenant)

    def read(self, tenant: str) -> Tenant:
        """Return the tenant as it is now."""
        found = TenantRecords(self.base.edge_config).get(TenantId(tenant))
        assert found is not None
        return found

    def tick(self) -> Outcome:
        """Advance what is due; the clock moves through short waits."""
        return self.ticker.tick()

    def upto(self, operation: str, step: str) -> None:
        """Work on `operation` until it is about to do `step`, where the worker dies."""
        plan = self.plans[self.base.operations.get(operation).kind]
        run = plan.run

        def stopping(leased: Operation) -> str | None:
            if leased.step == step:
                raise Stopped
            return run(leased)

        with mock.patch.object(plan, "run", stopping), suppress(Stopped):
            self.settle(operation)
        assert self.base.operations.get(operation).step == step
        self.pass_time(LEASE_S + 1)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.base.clock.sleep(seconds)
        self.vault.set_clock(self.base.clock.now)

    def settle(self, operation: str, most: int = 40) -> Operation:
        """Tick until the operation has ended, waiting out whatever it waits for."""
        for _ in range(most):
            self.tick()
            found = self.base.operations.get(operation)
            if found.state in ("done", "failed"):
                return found
            due = self.base.operations.next_due() or 0.0
            self.pass_time(max(due - self.base.clock.now, 0.0) + 0.1)
        raise AssertionError(f"{operation} stands at {found.step}: {found.error}")

    def change(self, tenant: Tenant, wish: Wish) -> OperationId:
        """Begin a change of the seal."""
        given = {
            "mode": wish.mode,
            "kms_key": wish.key,
            "nonce": proofs.new_nonce(os.urandom),
            "by": "u_" + "a" * 16,
        }
        return self._begin(tenant, plans.KIND, plans.FIRST_STEP, given)

    def reseal(self, tenant: Tenant) -> OperationId:
        """Begin to reseal after a rotation."""
        return self._begin(tenant, rotations.KIND, rotations.FIRST_STEP, {"by": "u_" + "a" * 16})

    def live(self, tenant: Tenant, kind: str) -> OperationId:
        """Begin an operation of the tenant's later life."""
        step, now = lifecycles.FIRST_STEPS[kind], self.base.clock.now
        made = operations.pending(new_operation(os.urandom), kind, tenant.id, step, {}, now=now)
        assert self.base.operations.start(made)
        return made.id

    def _begin(self, tenant: Tenant, kind: str, step: str, given: dict[str, Any]) -> OperationId:
        made = operations.pending(
            new_operation(os.urandom), kind, tenant.id, step, given, now=self.base.clock.now
        )
        SealChanges(self.base.console, tenant.id).begin(made)
        return made.id

    def bucket(self, tenant: Tenant, who: str = "witness") -> Bucket:
        """Return the tenant's bucket as `who` sees it."""
        found: Bucket = self.vault.storage.client(who).bucket(tenant.bucket)
        return found

    def store(self, tenant: Tenant, count: int, prefix: str = "s/a") -> None:
        """Store objects as ingest does."""
        bucket = self.bucket(tenant, "ingest")
        for number in range(count):
            blob = bucket.blob(f"{prefix}/{number:06d}")
            blob.metadata = {"seq": str(number)}
            blob.custom_time = STARTED
            blob.upload_from_string(BYTES, "application/x-ndjson", if_generation_match=0)

    def sealed_by(self, tenant: Tenant) -> set[str | None]:
        """Return the key versions under which the tenant's objects are."""
        return {blob.kms_key_name for blob in self.bucket(tenant).list_blobs()}

    def customer_key(self, *, label: str | None = None, location: str = REGION) -> str:
        """Make a key in the customer's project that Cloud Storage and we may use and see."""
        client = self.vault.keys(CUSTOMER)
        place = f"projects/{CUSTOMER_PROJECT}/locations/{location}"
        ring = f"ring-{os.urandom(4).hex()}"
        client.create_key_ring(request={"parent": place, "key_ring_id": ring})
        key = client.create_crypto_key(
            request={
                "parent": f"{place}/keyRings/{ring}",
                "crypto_key_id": "seal",
                "crypto_key": {
                    "purpose": 1,
                    "labels": {proofs.LABEL: label} if label else {},
                    "destroy_scheduled_duration": {"seconds": DESTROY_S},
                },
            }
        )
        self.permit(key.name)
        return str(key.name)

    def permit(self, key: str, *, storage: bool = True, us: bool = True) -> None:
        """Let Cloud Storage use the customer's key, and us see it, or not."""
        rows = [
            ("roles/cloudkms.cryptoKeyEncrypterDecrypter", STORAGE_AGENT, storage),
            ("roles/cloudkms.viewer", account("provision-bucket"), us),
        ]
        bindings = [
            {"role": role, "members": [f"serviceAccount:{who}"]}
            for role, who, given in rows
            if given
        ]
        request = {"resource": key, "policy": {"bindings": bindings}}
        self.vault.keys(CUSTOMER).set_iam_policy(request=request)

    def prove(self, operation: str, key: str) -> None:
        """Put the operation's nonce into the key's label, as its owner does."""
        nonce = self.base.operations.get(operation).input["nonce"]
        self.vault.keys(CUSTOMER).update_crypto_key(
            request={
                "crypto_key": {"name": key, "labels": {proofs.LABEL: nonce}},
                "update_mask": {"paths": ["labels"]},
            }
        )

    def rotate(self, key: str) -> str:
        """Give the customer's key a new primary version and return its name."""
        client = self.vault.keys(CUSTOMER)
        version = client.create_crypto_key_version(request={"parent": key})
        number = version.name.rpartition("/")[2]
        client.update_crypto_key_primary_version(name=key, crypto_key_version_id=number)
        return str(version.name)

    def set_versions(self, key: str, state: str) -> None:
        """Enable or disable every version of the customer's key."""
        client = self.vault.keys(CUSTOMER)
        for version in client.list_crypto_key_versions(parent=key):
            client.update_crypto_key_version(
                request={
                    "crypto_key_version": {"name": version.name, "state": state},
                    "update_mask": {"paths": ["state"]},
                }
            )

    def destroy(self, key: str) -> None:
        """Schedule the destruction of every version of the customer's key."""
        client = self.vault.keys(CUSTOMER)
        for version in client.list_crypto_key_versions(parent=key):
            client.destroy_crypto_key_version(name=version.name)

    def sealed(self, tenant: Tenant) -> str:
        """Seal the tenant's bucket by a fresh key of the customer's; return its name."""
        key = self.customer_key()
        operation = self.change(tenant, Wish("customer_managed", key))
        self.prove(operation, key)
        ended = self.settle(operation)
        assert ended.state == "done", ended
        return key

    def grants(self, tenant: Tenant) -> list[str]:
        """Return the roles that the resealer holds in the tenant's bucket."""
        policy = self.bucket(tenant).get_iam_policy(requested_policy_version=3)
        who = f"serviceAccount:{account('resealer')}"
        return [row["role"] for row in policy.bindings if who in row["members"]]

    def audit(self, tenant: Tenant) -> list[str]:
        """Return the actions in the tenant's log, in order."""
        rows = self.base.console.collection(f"tenants/{tenant.id}/audit").order_by("seq").stream()
        return [row.get("action") for row in rows]


def build(firestore: Firestore, vault: Vault) -> SealWorld:
    """Return an empty installation with every plan, in a project of its own."""
    base = build_world(firestore, vault.storage)
    index = firestore.client("edge-index", base.project)
    vault.set_clock(NOW)
    with mock.patch.dict(os.environ, vault.storage.environment):
        resealer = impersonations.impersonate(
            credentials("provision-bucket"),
            account("resealer"),
            vault.metadata.iam_url("provision-bucket"),
        )
        keys = CloudKeys(vault.keys(account("provision-bucket")), HOME_PROJECT, STORAGE_AGENT)
        tools = wiring.tools(
            base.console,
            base.edge_config,
            base.operations,
            base.storage,
            keys,
            wiring.Resealer(account("resealer"), resealer, HOME_PROJECT),
            frozenset({HOME_PROJECT, PROJECT_NUMBER}),
            account("provision-bucket"),
            clock=base.clock,
            random=os.urandom,
        )
    everything: dict[str, Plan] = {
        orders.KIND: base.plan,
        plans.KIND: plans.ChangeSeal(tools),
        rotations.KIND: rotations.Reseal(tools),
        **lifecycles.plans(
            tools,
            base.edge_config,
            index,
            Buckets(base.storage, int(PROJECT_NUMBER)),
            Pace(base.console, "buckets", PACE_S),
        ),
    }
    ticker = Ticker(base.operations, everything, clock=base.clock, sleep=base.clock.sleep)
    return SealWorld(base, vault, everything, ticker, tools, index)
