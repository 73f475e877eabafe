"""`make dev` and `make demo`: the local stack, a tenant, the shop, and three lines to go on."""

import argparse
import json
import secrets
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

from infra.local.ports import VARIABLE, Ports, chosen
from infra.local.processes import StartFailed, taken
from infra.local.stack import ROOT, Stack, base_environment
from infra.local.terminal import post, say

TENANT, REGION, OWNER = "acme", "europe-west1", "owner@acme.example"
TICK_S = 2.0
ORDER_S = 0.5
PROVISION_S = 60.0
PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class Acme:
    """The demo tenant, as it was shown once when it was created."""

    key: str
    email: str
    password: str


def folder(ports: Ports) -> Path:
    """Return where a stack on these ports keeps its logs, secrets and data."""
    base = ROOT / ".dev"
    return base if ports == Ports() else base / str(ports.shop)


def provision(stack: Stack, origins: list[str]) -> Acme:
    """Create the tenant, wait for its operation, and set the owner's password."""
    url = stack.url("provision_bucket")
    order = {
        "name": TENANT,
        "region": REGION,
        "owner_email": OWNER,
        "retention_days": 30,
        "origins": origins,
    }
    created = post(f"{url}/v1/tenants", order)
    until = time.monotonic() + PROVISION_S
    while True:
        post(f"{url}/v1/tick", {})
        with urllib.request.urlopen(f"{url}/v1/operations/{created['operation']}") as answer:
            operation = json.load(answer)
        if operation["state"] == "done":
            break
        if operation["state"] == "failed" or time.monotonic() > until:
            raise StartFailed(f"the tenant was not created: {operation['error']}")
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    console = stack.url("console_api")
    post(f"{console}/v1/setup", {"token": created["setup"], "password": password}, origin=console)
    return Acme(created["key"], OWNER, password)


def tenant(stack: Stack, origins: list[str]) -> Acme:
    """Return the tenant, creating it on the first start."""
    file = stack.folder / "acme.json"
    if not file.exists():
        say(f"  tenant {TENANT}")
        acme = provision(stack, origins)
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(acme)))
    return Acme(**json.loads(file.read_text()))


def keep_ticking(stack: Stack, ended: threading.Event) -> None:
    """Do what Cloud Scheduler does in the cloud, until `ended`."""
    while not ended.wait(TICK_S):
        try:
            post(f"{stack.url('provision_bucket')}/v1/tick", {})
        except urllib.error.URLError:
            continue  # the function restarts; its log says why


def keep_deploying(stack: Stack, ended: threading.Event) -> None:
    """Do what Cloud Run does when `make rotate-signing-key` asks for it, until `ended`."""
    while not ended.wait(ORDER_S):
        stack.revisions.obey(stack.folder)


def start_shop(stack: Stack, acme: Acme) -> str:
    """Serve the demo shop with the SDK embedded, and return its URL."""
    config = stack.folder / "shop.json"
    config.write_text(json.dumps({"key": acme.key, "endpoint": stack.url("handshake")}))
    shop = stack.start(
        "shop",
        [
            sys.executable,
            "-m",
            "demo.serve",
            "--port",
            str(stack.ports.shop),
            "--config",
            str(config),
        ],
        base_environment(stack.folder) | {"PYTHONPATH": str(ROOT)},
    )
    shop.announced()
    return stack.url("shop")


def main() -> int:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shop", action="store_true", help="let a browser shop for 30 s")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ended = threading.Event()
    with ExitStack() as ends:
        try:
            run(ends, ended, shopping=arguments.shop)
        except KeyboardInterrupt:
            say("\nstopping")
        except StartFailed as failure:
            say(f"\n{failure}")
            return 1
        finally:  # a second Ctrl-C must not leave a process behind
            ended.set()
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return 0


def run(ends: ExitStack, ended: threading.Event, *, shopping: bool) -> None:
    """Start everything, say where it is, and wait. Raises: StartFailed."""
    ports = chosen()
    busy = taken(astuple(ports))
    if busy:
        raise StartFailed(
            f"port {busy[0]} is in use: is `make dev` running already? Stop what listens there, "
            f"or choose other ports: make dev {VARIABLE}=9300"
        )
    say("starting")
    stack = ends.enter_context(
        Stack(
            folder(ports), ports, persist=True, progress=lambda text: say(f"  {text}"), fronts=True
        )
    )
    acme = tenant(stack, [f"http://127.0.0.1:{ports.shop}"])
    shop = start_shop(stack, acme)
    for keep in (keep_ticking, keep_deploying):
        threading.Thread(target=keep, args=(stack, ended), daemon=True).start()
    if shopping:
        from infra.local.demo import link_to_a_visit  # Playwright: only where it is needed

        say(f"recorded: {link_to_a_visit(stack, shop, acme.email, acme.password)}")
    say(f"\nshop     {shop}")
    say(f"console  {stack.url('console_api')}   sign in: {acme.email} / {acme.password}")
    say("stop     Ctrl-C")
    ended.wait()


if __name__ == "__main__":
    sys.exit(main())
