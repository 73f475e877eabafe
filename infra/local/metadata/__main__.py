"""Start the metadata stand-in: `python -m infra.local.metadata --account EMAIL[=PORT] ...`.

Prints `{"ports": {"EMAIL": N, ...}}` on one line when ready, and runs until SIGTERM or SIGINT.
"""

import argparse
from pathlib import Path

import uvloop

from infra.local.identity.grants import Grants
from infra.local.metadata.identities import Signer
from infra.local.metadata.servers import MetadataServer
from infra.local.sts.impersonations import Impersonations
from infra.local.wire.servers import listen, until_stopped


def _account(text: str) -> tuple[str, int]:
    email, _, port = text.partition("=")
    return email, int(port or 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--account", type=_account, action="append", required=True)
    parser.add_argument("--iam", type=Path, help="grants file: who may impersonate")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    signer = Signer()
    impersonations = Impersonations(Grants.load(arguments.iam) if arguments.iam else None)
    ports = {}
    servers = []
    for email, wanted in arguments.account:
        metadata = MetadataServer(email, signer, impersonations)
        server, ports[email] = await listen(metadata.handle, wanted)
        servers.append(server)
    await until_stopped({"ports": ports})
    for server in servers:
        server.close()


if __name__ == "__main__":
    uvloop.run(_serve(_arguments()))
