"""Start the Cloud Storage stand-in: `python -m infra.local.storage --port 0 --data .dev/storage`.

Prints `{"port": N}` on one line when it is ready, and runs until SIGTERM or SIGINT.
"""

import argparse
from pathlib import Path

import uvloop

from infra.local.identity.grants import Grants
from infra.local.storage import lifecycle
from infra.local.storage.access import Access
from infra.local.storage.calls import Limits, Service
from infra.local.storage.databases import Database
from infra.local.storage.encryption import Keys
from infra.local.storage.servers import Server
from infra.local.wire.clocks import Clock
from infra.local.wire.servers import listen, until_stopped


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--data", type=Path, help="folder that persists; memory without it")
    parser.add_argument("--iam", type=Path, help="grants file; without it IAM is not enforced")
    parser.add_argument("--kms-url", help="KMS stand-in; without it every key can be used")
    parser.add_argument(
        "--bucket-interval-ms", type=int, default=0, help="Google's limit is about 2000"
    )
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    clock = Clock()
    grants = Grants.load(arguments.iam) if arguments.iam else None
    service = Service(
        Database(arguments.data),
        clock,
        Access(grants, clock),
        Keys(arguments.kms_url),
        limits=Limits(bucket_interval_ms=arguments.bucket_interval_ms),
    )
    lifecycle.run(service)
    server, port = await listen(Server(service).handle, arguments.port)
    await until_stopped({"port": port})
    server.close()


if __name__ == "__main__":
    uvloop.run(_serve(_arguments()))
