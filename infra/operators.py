"""What an operator does from a terminal: make a tenant and watch it, and list them all.

    python -m infra.operators tenant --name acme --region europe-west1 --owner ada@acme.example
    python -m infra.operators tenants

Against the local stack of `make dev`, or against a real project with `--project`, as the account
that is signed in to gcloud: IAM decides whether it may call provision_bucket.
"""

import argparse
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.ports import Ports

FUNCTION = "provision-bucket"
SHOP = f"http://127.0.0.1:{Ports().shop}"  # the local stack's own site
ANSWER_S = 90.0  # a tick takes 50 s at most, and the first call may be a cold start
WAIT_S = 15 * 60.0  # one tenant takes seconds; many share one bucket every 2 s
POLL_S = 1.0

Json = dict[str, Any]


class Failed(Exception):
    """What the operator reads instead of a stack trace."""


@dataclass(frozen=True, slots=True)
class Api:
    """provision_bucket as this operator reaches it."""

    url: str
    console: str
    token: str = ""

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """Return the answer's JSON.

        Raises: Failed: with the refusal's own words.
        """
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
                parsed: Json = json.load(answer)
                return parsed
        except urllib.error.HTTPError as error:
            raise Failed(_words(error)) from None
        except OSError as error:
            raise Failed(f"{self.url} does not answer ({error}): is `make dev` running?") from None


def _words(error: urllib.error.HTTPError) -> str:
    try:
        problem = json.load(error)
    except ValueError:
        return f"the answer was {error.code}: may this account call {FUNCTION}?"
    return f"{problem['code']}: {problem['detail']}"


def connect(project: str, region: str) -> Api:
    """Return the local stack's API, or a project's. Raises: Failed: gcloud does not answer."""
    if not project:
        ports = Ports()
        local = f"http://127.0.0.1:{ports.provision_bucket}"
        return Api(local, f"http://localhost:{ports.console_api}")

    def url(name: str) -> str:
        where = (f"--project={project}", f"--region={region}")
        return _gcloud("run", "services", "describe", name, *where, "--format=value(status.url)")

    return Api(url(FUNCTION), url("console-api"), _gcloud("auth", "print-identity-token"))


def _gcloud(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, a project and a region; no shell
            ["gcloud", *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failed(f"gcloud {arguments[0]} {arguments[1]} failed: {error}") from None
    return done.stdout.strip()


def create(api: Api, order: Json, say: Callable[[str], None]) -> None:
    """Order a tenant, show each step, and show once what is shown once.

    Raises: Failed.
    """
    made = api.call("POST", "/v1/tenants", order)
    watch(api, made["operation"], say)
    say(f"tenant   {made['tenant']}")
    if made["key"]:
        say(f"key      {made['key']}   (shown once: it goes into the page)")
    if made["setup"]:
        say(f"owner    {api.console}/setup#token={made['setup']}   (works once: send it)")
    if not made["key"]:
        say("this name was ordered before; its key and its owner's link were shown then")


def watch(api: Api, operation: str, say: Callable[[str], None]) -> None:
    """Show an operation's steps until it is done. Raises: Failed: it failed, or takes too long."""
    until, shown = time.monotonic() + WAIT_S, ""
    while time.monotonic() < until:
        found = api.call("GET", f"/v1/operations/{operation}")
        if found["state"] == "failed":
            raise Failed(f"{found['kind']} failed at {found['step']}: {found['error']}")
        if found["state"] == "done":
            return
        line = progress(found)
        if line != shown:
            say(line)
        shown = line
        time.sleep(POLL_S)
    raise Failed(f"{operation} is not done after {WAIT_S / 60:.0f} minutes; it goes on by itself")


def progress(found: Json) -> str:
    """Return one line about an operation that is under way."""
    steps = found["steps"]
    place = steps.index(found["step"]) + 1 if found["step"] in steps else "?"
    counted = f" {found['done']} of {found['total']}" if found["total"] else ""
    waiting = f" (waits: {found['error']})" if found["error"] else ""
    return f"  {place}/{len(steps)} {found['step']}{counted}{waiting}"


def table(tenants: list[Json]) -> list[str]:
    """Return the lines of `make tenants`."""
    columns = ("name", "state", "location", "id", "bucket", "created")
    rows = [columns, *(tuple(str(each[name]) for name in columns) for each in tenants)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def main(arguments: list[str]) -> int:
    """Do what the command line says; 1 if it could not be done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--project", default="", help="a real project; the local stack without")
    parser.add_argument("--home", default="europe-west1", help="where that project's functions run")
    commands = parser.add_subparsers(dest="command", required=True)
    tenant = commands.add_parser("tenant")
    tenant.add_argument("--name", required=True)
    tenant.add_argument("--region", required=True, help="where the recordings stay")
    tenant.add_argument("--owner", required=True, help="the first owner's address")
    tenant.add_argument("--origins", default="", help="sites that may record, with commas")
    tenant.add_argument("--retention-days", type=int, default=30)
    commands.add_parser("tenants")
    given = parser.parse_args(arguments)
    try:
        sites = [each for each in getattr(given, "origins", "").split(",") if each]
        if given.command == "tenant" and given.project and not sites:
            raise Failed("say which sites may record: ORIGINS=https://shop.example")
        api = connect(given.project, given.home)
        if given.command == "tenants":
            print("\n".join(table(api.call("GET", "/v1/tenants")["tenants"])))
            return 0
        order = {
            "name": given.name,
            "region": given.region,
            "owner_email": given.owner,
            "retention_days": given.retention_days,
            "origins": sites or [SHOP],
        }
        create(api, order, print)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
