"""What an operator does from a terminal: make a tenant and watch it, and list them all.

    python -m infra.operators tenant --name acme --region europe-west1 --owner ada@acme.example
    python -m infra.operators reissue acme
    python -m infra.operators tenants

Against the local stack of `make dev`, or against a real project with `--project`, as the account
that is signed in to gcloud: IAM decides whether it may call provision_bucket.
"""

import argparse
import http.client
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from infra.local.ports import chosen
from infra.local.processes import StartFailed

FUNCTION = "provision-bucket"
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
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"{self.url} does not answer ({error}){self._hint()}") from None
        except ValueError:
            raise Failed(f"{self.url} answers, but is not {FUNCTION}{self._hint()}") from None

    def _hint(self) -> str:
        return "" if self.token else ": is `make dev` running? For a project, say PROJECT=..."


def _words(error: urllib.error.HTTPError) -> str:
    try:
        problem = json.load(error)
        return f"{problem['code']}: {problem['detail']}"
    except (ValueError, KeyError, TypeError):  # not ours: the platform's own answer
        return f"the answer was {error.code}: may this account call {FUNCTION} (OPERATORS)?"


def connect(project: str, region: str) -> Api:
    """Return the local stack's API, or a project's.

    Args: region: where its functions run, if they do so in several; else empty.
    Raises: Failed: gcloud does not answer, or knows no such service.
    """
    if not project:
        ports = chosen()
        local = f"http://127.0.0.1:{ports.provision_bucket}"
        return Api(local, f"http://localhost:{ports.console_api}")

    def url(name: str) -> str:
        found = _gcloud(*listing(project, region, name)).split()
        if not found:
            where = f"{project}, {region}" if region else project
            raise Failed(f"{name} is not deployed in {where} (make deploy PROJECT=... REGION=...)")
        if len(found) > 1:
            raise Failed(f"{name} is deployed in {len(found)} regions: say HOME_REGION=...")
        return found[0]

    return Api(url(FUNCTION), url("console-api"), _gcloud("auth", "print-identity-token"))


def listing(project: str, region: str, name: str) -> list[str]:
    """Return gcloud's arguments for the addresses of one service; in every region without one."""
    where = [f"--project={project}", *([f"--region={region}"] if region else [])]
    what = [f"--filter=metadata.name={name}", "--format=value(status.url)"]
    return ["run", "services", "list", *where, *what]


def _gcloud(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, a project and a region; no shell
            ["gcloud", *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        raise Failed("gcloud is not installed, or not on PATH") from None
    except subprocess.CalledProcessError as error:
        raise Failed(f"gcloud {' '.join(arguments)}: {error.stderr.strip()}") from None
    return done.stdout.strip()


def create(api: Api, order: Json, say: Callable[[str], None]) -> None:
    """Order a tenant, show once what is shown once, then each step.

    The secrets come first: whatever happens to this terminal afterwards, they were seen.
    Raises: Failed.
    """
    made = api.call("POST", "/v1/tenants", order)
    say(f"tenant   {made['tenant']}")
    show(api, made, say)
    if not made["key"]:
        say(f"{order['name']} was ordered before; its key and its owner's link were shown then")
        say(f"(if nobody saw them: make reissue TENANT={order['name']})")
    elif not made["setup"]:
        say(f"owner    {order['owner_email']} has a password already and signs in with it")
    watch(api, made["operation"], say)
    say(f"{order['name']} is ready")


def reissue(api: Api, tenant: str, *, key: bool, say: Callable[[str], None]) -> None:
    """Make a new set-up link, and with `key` a new SDK key, in place of the first ones.

    Raises: Failed.
    """
    made = api.call("POST", f"/v1/tenants/{quote(tenant, safe='')}/reissue", {"key": key})
    show(api, made, say)
    say("the former link is void" + (", and the former key stops within 60 s" if key else ""))


def show(api: Api, made: Json, say: Callable[[str], None]) -> None:
    """Say what is said in this one answer only."""
    if made["key"]:
        say(f"key      {made['key']}   (shown once: it goes into the page)")
    if made["setup"]:
        say(f"owner    {api.console}/setup#token={made['setup']}   (works once: send it)")


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
    of = f" of {found['total']}" if found["total"] else ""
    counted = f" {found['done']}{of}" if found["done"] or of else ""
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


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    made.add_argument("--project", default="", help="a real project; the local stack without")
    made.add_argument("--home", default="", help="where its functions run, if in several regions")
    commands = made.add_subparsers(dest="command", required=True)
    tenant = commands.add_parser("tenant")
    tenant.add_argument("--name", required=True)
    tenant.add_argument("--region", required=True, help="where the recordings stay")
    tenant.add_argument("--owner", required=True, help="the first owner's address")
    tenant.add_argument("--origins", default="", help="sites that may record, with commas")
    tenant.add_argument("--retention-days", type=int, default=30)
    again = commands.add_parser("reissue")
    again.add_argument("tenant", help="its name or id")
    again.add_argument("--key", action="store_true", help="a new SDK key as well")
    commands.add_parser("tenants")
    return made


def ordered(given: argparse.Namespace) -> Json:
    """Return the order that the command line describes.

    Raises: Failed: something is missing; says how to give it.
    """
    words = {"NAME": given.name, "REGION": given.region, "OWNER": given.owner}
    missing = [f"{word}=..." for word, value in words.items() if not value]
    if missing:
        example = "make tenant NAME=acme REGION=europe-west1 OWNER=ada@acme.example"
        raise Failed(f"missing: {' '.join(missing)} (for example {example})")
    sites = [each.strip() for each in given.origins.split(",") if each.strip()]
    if given.project and not sites:
        raise Failed("say which sites may record: ORIGINS=https://shop.example")
    return {
        "name": given.name,
        "region": given.region,
        "owner_email": given.owner,
        "retention_days": given.retention_days,
        "origins": sites or [f"http://127.0.0.1:{chosen().shop}"],
    }


def run(given: argparse.Namespace) -> None:
    """Do what was asked for. Raises: Failed, StartFailed."""
    if given.command == "tenant":
        order = ordered(given)
        create(connect(given.project, given.home), order, say)
    elif given.command == "reissue":
        named(given.tenant)
        api = connect(given.project, given.home)
        reissue(api, given.tenant, key=given.key, say=say)
    else:
        rows = connect(given.project, given.home).call("GET", "/v1/tenants")["tenants"]
        say("\n".join(table(rows)) if rows else "no tenant yet: make tenant NAME=...")


def named(tenant: str) -> None:
    """Refuse an empty name. Raises: Failed."""
    if not tenant:
        raise Failed("say which tenant: TENANT=acme (`make tenants` lists them)")


def say(line: str) -> None:
    """Tell the person at the terminal, at once, even through a pipe."""
    print(line, flush=True)


def finish(work: Callable[[], None]) -> int:
    """Return the exit status of `work`: 1 if it could not be done, which is said."""
    try:
        work()
    except (Failed, StartFailed) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nno longer watched; what was ordered goes on by itself", file=sys.stderr)
        return 130
    return 0


def main(arguments: list[str]) -> int:
    """Do what the command line says; 1 if it could not be done."""
    given = parser().parse_args(arguments)
    return finish(lambda: run(given))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
