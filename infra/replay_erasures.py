"""Erase again what was erased, after a restore: `python -m infra.replay_erasures TENANT MOMENT`.

MOMENT is when the database was restored, RFC 3339: with the same one, nothing is ordered twice.
"""

import argparse
import sys
from datetime import datetime
from urllib.parse import quote

from infra import vault_orders
from infra.operators import Api, say


def replay(api: Api, tenant: str, given: argparse.Namespace) -> list[str]:
    """Order the replays; return the operations to watch."""
    body = {"restored_ms": round(given.moment.timestamp() * 1000)}
    answer = api.call("POST", f"/v1/tenants/{quote(tenant, safe='')}/replay-erasures", body)
    started: list[str] = answer["operations"]
    if not started:
        say("the ledger names no erasure: there is nothing to do again")
    return started


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    parsing = vault_orders.parser("infra.replay_erasures")
    parsing.add_argument("tenant", help="its name or id")
    parsing.add_argument("moment", type=datetime.fromisoformat, help="2026-11-23T15:00:00Z")
    return vault_orders.run(parsing.parse_args(arguments), replay)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
