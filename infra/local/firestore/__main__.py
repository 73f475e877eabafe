"""python -m infra.local.firestore: serve both faces on loopback until SIGTERM or SIGINT.

When ready it prints one line of JSON, {"grpc": port, "rest": port}.
"""

import argparse
import asyncio
from pathlib import Path

from infra.local.firestore import access, indexes
from infra.local.firestore.controls import Controls
from infra.local.firestore.faults import Faults
from infra.local.firestore.grpc_face import GrpcFace
from infra.local.firestore.rest_face import RestFace
from infra.local.firestore.service import Service
from infra.local.firestore.store import Store
from infra.local.firestore.transactions import Transactions
from infra.local.wire.servers import listen, until_stopped

GRACE_S = 0.5  # for calls under way when the end is asked for


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local.firestore", description=__doc__)
    parser.add_argument("--grpc-port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--rest-port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--data", type=Path, help="SQLite file to keep documents in")
    parser.add_argument(
        "--indexes", type=Path, help="declared indexes; none: every query is served"
    )
    parser.add_argument("--iam", type=Path, help="rules for REST; none: everything is allowed")
    parser.add_argument(
        "--ttl-field", default="expire_at", help="field that /_standin/expire reads"
    )
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    store = Store(options.data)
    declared = indexes.load(options.indexes) if options.indexes else None
    rules = access.load(options.iam) if options.iam else access.Access()
    service = Service(store, declared, Transactions())
    faults = Faults()
    grpc_face = GrpcFace(service, store)
    rest_face = RestFace(service, rules, faults)
    controls = Controls(rest_face, grpc_face, service, store, faults, options.ttl_field)
    grpc_server, grpc_port = await grpc_face.start(options.grpc_port)
    rest_server, rest_port = await listen(controls.answer, options.rest_port)
    await until_stopped({"grpc": grpc_port, "rest": rest_port})
    rest_server.close()
    await grpc_server.stop(GRACE_S)
    store.close()


if __name__ == "__main__":
    asyncio.run(_serve(_options()))
