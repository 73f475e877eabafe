"""What an operator orders for a tenant's recordings from a terminal, and watches to its end.

    python -m infra.vault_orders reindex acme
    python -m infra.replay_erasures acme 2026-11-23T15:00:00Z

Against the local stack of `make dev`, or against a real project with `--project`.
"""

import argparse
import sys
from collections.abc import Callable
from urllib.parse import quote

from infra.operators import Api, connect, finish, named, say, watch

Order = Callable[[Api, str, argparse.Namespace], list[str]]


def reindex(api: Api, tenant: str, _given: argparse.Namespace) -> list[str]:
    """Order a new index from the bucket alone; return the operations to watch."""
    path = f"/v1/tenants/{quote(tenant, safe='')}/reindex"
    return [api.call("POST", path, {})["operation"]]


def parser(prog: str) -> argparse.ArgumentParser:
    """Return a parser of what every command takes."""
    made = argparse.ArgumentParser(prog=f"python -m {prog}")
    made.add_argument("--project", default="", help="a real project; the local stack without")
    made.add_argument("--home", default="", help="where its functions run, if in several regions")
    return made


def run(given: argparse.Namespace, order: Order) -> int:
    """Order, then watch each operation; 1 if it could not be done."""

    def work() -> None:
        named(given.tenant)
        api = connect(given.project, given.home)
        for operation in order(api, given.tenant, given):
            watch(api, operation, say)
            say(f"{operation} is done")

    return finish(work)


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    parsing = parser("infra.vault_orders")
    commands = parsing.add_subparsers(dest="command", required=True)
    commands.add_parser("reindex").add_argument("tenant", help="its name or id")
    return run(parsing.parse_args(arguments), reindex)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
