"""Start the Secret Manager and Cloud KMS stand-ins: `python -m infra.local.secrets --port 0`.

Prints `{"port": N}` on one line when it is ready, and runs until SIGTERM or SIGINT.
"""

import argparse
from pathlib import Path

import uvloop

from infra.local.identity.calls import Service
from infra.local.identity.grants import Grants
from infra.local.identity.judges import Judge
from infra.local.secrets.servers import Server
from infra.local.wire.clocks import Clock
from infra.local.wire.saved import Saved
from infra.local.wire.servers import listen, until_stopped


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--data", type=Path, help="file that persists; memory without it")
    parser.add_argument("--iam", type=Path, help="grants file; without it IAM is not enforced")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    judge = Judge(Grants.load(arguments.iam) if arguments.iam else None)
    service = Service(Saved(arguments.data), judge, Clock())
    server, port = await listen(Server(service).handle, arguments.port)
    await until_stopped({"port": port})
    server.close()


if __name__ == "__main__":
    uvloop.run(_serve(_arguments()))
