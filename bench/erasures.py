"""Erasing, reindexing and exporting, measured on this machine: `python -m bench.erasures`.

Everything runs over the wire, as in bench.vault. The clock is real but for the waits for caches,
which are skipped, and reported.
"""

import argparse
import gzip
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from bench.vault import mib
from infra.local.identity.projects import PROJECT_NUMBER
from lib import operations
from lib.exports import plans as exports
from lib.exports.books import ExportBook
from lib.identifiers import new_operation, new_session, random_base32
from lib.operating import reindexing, vault_work
from lib.tenants import Tenant
from lib.vault.buckets import Buckets
from tests import erasure_world, seal_world
from tests.edge_world import lines, meta
from tests.erasure_world import BY, ErasureWorld, metadata
from tests.local_services import Firestore, account, process

ACCOUNTS = account("ingest"), account("console-api")
BATCHES = 12  # of a visit: two minutes
FILLERS = 8
EVENTS = 40  # of a batch, besides its picture of the page
MOST_TICKS = 10_000
SHOW_S = 30.0  # how often a rate is shown: one that falls with size is seen while it falls


def fill(world: ErasureWorld, tenant: Tenant, objects: int) -> None:
    """Store visits of BATCHES batches as ingest does."""
    bucket = world.seals.bucket(tenant, "ingest")
    moves = [
        {**meta(n), "type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": n}}
        for n in range(EVENTS)
    ]
    body = gzip.compress(lines(meta(), *moves), mtime=0)
    start = datetime.fromtimestamp(world.now - 86_400, UTC)

    def visit(_number: int) -> None:
        place = f"s/{new_session(os.urandom)}/p_{random_base32(16, os.urandom)}"
        for seq in range(BATCHES):
            blob = bucket.blob(f"{place}/{seq:06d}.ndjson.gz")
            blob.custom_time, blob.metadata = start, metadata(seq, start, "f" * 16)
            blob.upload_from_string(body, "application/x-ndjson", if_generation_match=0)

    begin = time.perf_counter()
    with ThreadPoolExecutor(FILLERS) as pool:
        list(pool.map(visit, range(objects // BATCHES)))
    print(f"stored {objects} objects in {time.perf_counter() - begin:.0f} s", flush=True)


@contextmanager
def shown(world: ErasureWorld, name: str) -> Iterator[None]:
    """Show how far an operation is, and how fast it went lately, while it runs."""
    ended = threading.Event()

    def show() -> None:
        before = 0
        while not ended.wait(SHOW_S):
            found = world.seals.base.operations.get(name)
            rate = (found.done - before) / SHOW_S
            print(f"  {found.step} {found.done} ({rate:.0f}/s), {mib():.0f} MiB", flush=True)
            before = found.done

    showing = threading.Thread(target=show)
    showing.start()
    try:
        yield
    finally:
        ended.set()
        showing.join()


def timed(world: ErasureWorld, what: str, objects: int, order: Callable[[], str]) -> None:
    """Order something, let it run to its end, and say how fast it was."""
    name, begin, skipped = order(), time.perf_counter(), world.now
    with shown(world, name):
        ended = world.seals.settle(name, most=MOST_TICKS)
    took = time.perf_counter() - begin
    print(
        f"{what}: {objects} objects in {took:.1f} s of work ({objects / took:.0f}/s), "
        f"{world.now - skipped:.0f} s of waiting: {ended.state}; memory {mib():.0f} MiB",
        flush=True,
    )


def reindex(world: ErasureWorld, tenant: Tenant) -> str:
    """Order a new index."""
    name = new_operation(os.urandom)
    step, given = reindexing.FIRST_STEP, {"by": BY}
    world.seals.base.operations.start(
        operations.pending(name, reindexing.KIND, tenant.id, step, given, now=world.now)
    )
    return name


def export(world: ErasureWorld, tenant: Tenant) -> str:
    """Order an export of everything."""
    name = new_operation(os.urandom)
    made = exports.operation(name, tenant.id, None, BY, now=world.now, random=os.urandom)
    ExportBook(world.seals.base.console, tenant.id).begin(made)
    return name


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=6_000)
    objects = parser.parse_args().objects // BATCHES * BATCHES
    quiet = mock.patch("lib.logs.write")
    with tempfile.TemporaryDirectory() as folder, quiet, process("infra.local.firestore") as ports:
        iam = Path(folder) / "iam.json"
        iam.write_text(json.dumps(seal_world.GRANTS))
        with seal_world.vault_processes(iam) as vault:
            world = erasure_world.build(Firestore(ports["grpc"], ports["rest"]), vault)
            base = world.seals.base
            buckets = Buckets(base.storage, int(PROJECT_NUMBER))
            world.seals.plans.update(
                vault_work.plans(
                    world.seals.tools, base.edge_config, world.index, buckets, ACCOUNTS
                )
            )
            tenant = world.seals.tenant()
            fill(world, tenant, objects)
            timed(world, "reindexed", objects, lambda: reindex(world, tenant))
            timed(world, "exported", objects, lambda: export(world, tenant))
            timed(world, "erased", objects, lambda: world.order(tenant, kind="user", user="f" * 16))
            assert world.names(tenant) == []


if __name__ == "__main__":
    main()
