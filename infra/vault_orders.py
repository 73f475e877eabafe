"""What an operator orders for a tenant from a terminal, and watches to its end.

    python -m infra.vault_orders reindex acme
    python -m infra.vault_orders configure acme --retention-days 60
    python -m infra.vault_orders suspend acme      (or resume)
    python -m infra.vault_orders retire acme --confirm acme
    python -m infra.replay_erasures acme 2026-11-23T15:00:00Z

Against the local stack of `make dev`, or against a real project with `--project`.
"""

import argparse
import sys
from collections.abc import Callable
from urllib.parse import quote

from infra.operators import Api, Json, connect, finish, named, say, watch

Order = Callable[[Api, str, argparse.Namespace], list[str]]
COMMANDS = {
    "reindex": "write its index anew from its bucket alone",
    "configure": "bring its bucket back to what it must be, or to another retention",
    "suspend": "stop its recording within 60 s; the console stays open",
    "resume": "let it record again",
    "retire": "delete its recordings, its bucket and its index, for good",
}


def order(api: Api, tenant: str, given: argparse.Namespace) -> list[str]:
    """Order what the command line names; return the operations to watch."""
    body: Json = {"name": given.confirm} if given.command == "retire" else {}
    if given.command == "configure" and given.retention_days:
        body = {"retention_days": given.retention_days}
    path = f"/v1/tenants/{quote(tenant, safe='')}/{given.command}"
    return [api.call("POST", path, body)["operation"]]


def parser(prog: str) -> argparse.ArgumentParser:
    """Return a parser of what every command takes."""
    made = argparse.ArgumentParser(prog=f"python -m {prog}")
    made.add_argument("--project", default="", help="a real project; the local stack without")
    made.add_argument("--home", default="", help="where its functions run, if in several regions")
    return made


def run(given: argparse.Namespace, ordering: Order) -> int:
    """Order, then watch each operation; 1 if it could not be done."""

    def work() -> None:
        named(given.tenant)
        api = connect(given.project, given.home)
        for operation in ordering(api, given.tenant, given):
            watch(api, operation, say)
            say(f"{operation} is done")

    return finish(work)


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    parsing = parser("infra.vault_orders")
    commands = parsing.add_subparsers(dest="command", required=True)
    for command, means in COMMANDS.items():
        made = commands.add_parser(command, help=means)
        made.add_argument("tenant", help="its name or id")
        if command == "configure":
            made.add_argument("--retention-days", type=int, default=0)
        if command == "retire":
            made.add_argument("--confirm", default="", help="its name again: all of it goes")
    return run(parsing.parse_args(arguments), order)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
