"""The vault, measured on this machine: tenants provisioned, objects resealed. `make bench-vault`.

Everything runs over the wire: Google's clients, the stand-ins as processes of their own, and the
plans as provision_bucket's tick runs them. The clock is real but for one thing: waits that only
pass time (a bucket's turn, the gap between two passes) are skipped, and reported.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

from google.auth.transport.requests import AuthorizedSession
from requests.adapters import HTTPAdapter

from lib.seals import Wish
from lib.tenants import Tenant
from lib.vault.buckets import CREATE_EVERY_S
from lib.vault.object_walks import THREADS
from tests import seal_world
from tests.local_services import Firestore, account, credentials, process
from tests.seal_world import SealWorld

BYTES = os.urandom(2_000)  # what a quiet batch weighs; the seal does not depend on it


def mib() -> float:
    """Return this process's largest resident memory so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def provision(world: SealWorld, tenants: int) -> None:
    """Order `tenants` tenants and tick until they record."""
    before, skipped = mib(), world.base.clock.now
    for number in range(tenants):
        world.base.order(name=f"bench-{number:04d}", seed=int.from_bytes(os.urandom(8)))
    begin = time.perf_counter()
    pending = tenants
    while pending:
        pending = world.tick().pending
        world.pass_time(1.0)
        print(f"  {tenants - pending} of {tenants} tenants", flush=True)
    took = time.perf_counter() - begin
    waits = world.base.clock.now - skipped
    print(
        f"provisioned {tenants} tenants in {took:.1f} s of work ({tenants / took:.1f}/s); "
        f"at one bucket every {CREATE_EVERY_S:.0f} s they take {waits:.0f} s; "
        f"memory {before:.0f} to {mib():.0f} MiB",
        flush=True,
    )


def fill(world: SealWorld, tenant: Tenant, objects: int) -> None:
    """Store `objects` objects as ingest does, many at once."""
    session = AuthorizedSession(credentials("ingest"))
    session.mount("http://", HTTPAdapter(pool_maxsize=THREADS))
    url = f"{world.vault.storage.url}/upload/storage/v1/b/{tenant.bucket}/o"

    def store(number: int) -> None:
        query = {"uploadType": "media", "ifGenerationMatch": "0", "name": f"s/{number:07d}"}
        session.post(url, params=query, data=BYTES, timeout=60).raise_for_status()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(store, range(objects)))


def reseal(world: SealWorld, tenant: Tenant, wish: Wish, objects: int) -> None:
    """Change the seal and say how fast the objects followed."""
    operation = world.change(tenant, wish)
    begin, before = time.perf_counter(), mib()
    ended = world.settle(operation, most=10_000)
    took = time.perf_counter() - begin
    print(
        f"resealed {ended.done} of {objects} objects to {wish.mode} in {took:.1f} s "
        f"({objects / took:.0f}/s, two clean passes included): {ended.state}; "
        f"memory {before:.0f} to {mib():.0f} MiB",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--objects", type=int, default=10_000)
    given = parser.parse_args()
    quiet = mock.patch("lib.logs.write")
    with tempfile.TemporaryDirectory() as folder, quiet, process("infra.local.firestore") as ports:
        iam = Path(folder) / "iam.json"
        iam.write_text(json.dumps(seal_world.GRANTS))
        with seal_world.vault_processes(iam) as vault:
            world = seal_world.build(Firestore(ports["grpc"], ports["rest"]), vault)
            provision(world, given.tenants)
            tenant = world.tenant("large")
            fill(world, tenant, given.objects)
            reseal(world, tenant, Wish("customer_managed"), given.objects)
            reseal(world, tenant, Wish("google_managed"), given.objects)
    print(f"(by {account('resealer')}, {THREADS} calls at a time, on {os.cpu_count()} cores)")


if __name__ == "__main__":
    main()
