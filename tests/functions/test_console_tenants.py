"""Every route of console_api for every role, with ids of one's own tenant and of another's."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from infra.local.stack import ROOT
from lib.console.changes import EDITORS
from lib.console.erasures import OWNER, READERS
from lib.console.visits import WATCHERS
from lib.identifiers import KeyId
from lib.keys import parse
from lib.members import ROLES
from tests.functions.console_visitors import Customer, Installation, Person, code, new_id

# Where the function's table is written: main.py, and the modules whose `routes` it takes in.
TABLES = (
    ROOT / "functions" / "console_api" / "main.py",
    *sorted((ROOT / "lib" / "console").glob("*.py")),
)
EVERYBODY = ROLES
NOBODY = "nobody"  # signed out
NEW = {"label": "x", "origins": ["https://shop.example"]}
NOBODYS = {"kind": "session", "session": new_id("s_", 26)}
LONG_AGO = datetime.now(UTC) - timedelta(days=2)

# Routes that need no session; what they do is tested where sign-in is.
DOORS = {
    ("POST", "/v1/sign-in"),
    ("POST", "/v1/sign-out"),
    ("POST", "/v1/setup"),
    ("GET", "/v1/receipts/keys"),
    ("GET", "/{path:path}"),
}
# Routes that may answer those who may use them that there is nothing to change.
IDLE = {("PUT", "/v1/seal"), ("POST", "/v1/seal/abort"), ("POST", "/v1/seal/reseal")}
# Who may use a route, and a body that it takes.
ROUTES: dict[tuple[str, str], tuple[tuple[str, ...], Any]] = {
    ("GET", "/v1/me"): (EVERYBODY, None),
    ("POST", "/v1/tenant"): (EVERYBODY, {"tenant": "{tenant}"}),
    ("GET", "/v1/sessions"): (WATCHERS, None),
    ("GET", "/v1/sessions/{session}"): (WATCHERS, None),
    ("GET", "/v1/sessions/{session}/events"): (WATCHERS, None),
    ("GET", "/v1/keys"): (EDITORS, None),
    ("POST", "/v1/keys"): (EDITORS, NEW),
    ("PATCH", "/v1/keys/{key}"): (EDITORS, {"label": "y"}),
    ("POST", "/v1/keys/{key}/rotate"): (EDITORS, {"overlap_hours": 1}),
    ("POST", "/v1/keys/{key}/disable"): (EDITORS, {}),
    ("GET", "/v1/policy"): (EVERYBODY, None),
    ("PUT", "/v1/policy"): (EDITORS, {"version": 1, "policy": {}}),
    ("GET", "/v1/outcomes"): (EVERYBODY, None),
    ("GET", "/v1/seal"): (READERS, None),
    ("PUT", "/v1/seal"): (OWNER, {"mode": "google_managed"}),
    ("POST", "/v1/seal/abort"): (OWNER, {}),
    ("POST", "/v1/seal/reseal"): (OWNER, {}),
    ("GET", "/v1/posture"): (READERS, None),
    ("GET", "/v1/posture/report"): (READERS, None),
    ("POST", "/v1/erasures"): (EDITORS, NOBODYS),
    ("GET", "/v1/erasures"): (READERS, None),
    ("GET", "/v1/erasures/{erasure}"): (READERS, None),
    ("POST", "/v1/exports"): (EDITORS, NOBODYS),
    ("GET", "/v1/exports"): (EDITORS, None),
    ("GET", "/v1/exports/{export}"): (EDITORS, None),
    ("GET", "/v1/exports/{export}/parts/1"): (EDITORS, None),
}
OWN = [(route, role) for route in ROUTES for role in (*ROLES, NOBODY)]
IDS = ("{tenant}", "{session}", "{key}", "{erasure}", "{export}")
FOREIGN = [
    (route, role)
    for route, role in OWN
    if any(name in repr((route, ROUTES[route][1])) for name in IDS)
]


def served() -> set[tuple[str, str]]:
    """Return the function's routes, operations told apart by what they are."""
    return {
        (ast.literal_eval(call.args[0]), told_apart(ast.literal_eval(call.args[1])))
        for table in TABLES
        for call in ast.walk(ast.parse(table.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "web.Route"
    }


def told_apart(path: str) -> str:
    kind = "{export}" if path.startswith("/v1/exports") else "{erasure}"
    return path.replace("{operation}", kind).replace("{n}", "1")


@dataclass
class Place:
    """A tenant with something of every kind."""

    customer: Customer
    session: str
    keys: Iterator[str]
    erasure: str
    export: str

    def ids(self) -> dict[str, str]:
        """Return ids to put into a path; the key is a fresh one each time."""
        return {
            **{"tenant": self.customer.tenant, "session": self.session, "key": next(self.keys)},
            **{"erasure": self.erasure, "export": self.export},
        }


@dataclass
class World:
    """A member of one tenant, and another tenant that is none of their business."""

    installation: Installation
    person: Person
    user: str
    own: Place
    other: Place

    def ask(self, route: tuple[str, str], role: str, place: Place) -> httpx.Response:
        """Send a request for `route` as a member in `role`, with ids of `place`."""
        person = self.person
        if role == NOBODY:
            person = Person(person.client, "")
        else:
            console = self.installation.firestore.client("console")
            path = f"tenants/{self.own.customer.tenant}/members/{self.user}"
            console.document(path).update({"role": role})
        (method, path), body = route, ROUTES[route][1]
        ids = place.ids()
        for name, value in ids.items():
            path = path.replace(f"{{{name}}}", value)
        if method == "GET":
            return person.get(path)
        sent = {k: ids["tenant"] if v == "{tenant}" else v for k, v in body.items()}
        return person.send(method, path, sent)


def fresh_keys(installation: Installation, customer: Customer) -> Iterator[str]:
    """Yield ids of live keys of the tenant; the one before is removed."""
    config = installation.firestore.client("edge-config")
    key = parse(customer.key).id
    fields = config.document(f"sdkKeys/{key}").get().to_dict() or {}
    while True:
        config.document(f"sdkKeys/{key}").delete()
        key = KeyId(new_id("", 12))
        config.document(f"sdkKeys/{key}").set(fields)
        yield key


@pytest.fixture(scope="module")
def world(installation: Installation) -> World:
    places, people = [], []
    for _ in range(2):
        customer, session = installation.customer(), new_id("s_", 26)
        installation.store(customer, session, new_id("p_", 16), 0, start=LONG_AGO)
        owner = installation.owner(customer)
        export = owner.post("/v1/exports", {"kind": "tenant"}).json()["id"]
        installation.operator.post("/v1/tick").raise_for_status()
        assert owner.get(f"/v1/exports/{export}").json()["state"] == "ready"
        keys = fresh_keys(installation, customer)
        places.append(Place(customer, session, keys, erasure="", export=export))
        people.append(owner)
    for owner, place in zip(people, places, strict=True):  # no tick follows: it removes exports
        place.erasure = owner.post("/v1/erasures", NOBODYS).json()["id"]
    user = people[0].get("/v1/me").json()["user"]["id"]
    return World(installation, people[0], user, *places)


def test_the_matrix_knows_every_route() -> None:
    assert served() == set(ROUTES) | DOORS


@pytest.mark.parametrize(("route", "role"), OWN)
def test_threat_14_a_role_reaches_what_it_includes_and_nothing_else(
    world: World, route: tuple[str, str], role: str
) -> None:
    answer = world.ask(route, role, world.own)
    if role == NOBODY:
        assert code(answer) == (401, "not_signed_in")
    elif role in ROUTES[route][0]:
        good = {200, 201, 202} | ({400, 404, 409} if route in IDLE else set())
        assert answer.status_code in good, answer.text
        for secret in (
            world.other.customer.tenant,
            world.other.customer.bucket,
            world.other.session,
        ):
            assert secret.encode() not in answer.content
    else:
        assert code(answer) == (403, "role_insufficient")


@pytest.mark.parametrize(("route", "role"), FOREIGN)
def test_threat_14_another_tenants_ids_are_not_found(
    world: World, route: tuple[str, str], role: str
) -> None:
    answer = world.ask(route, role, world.other)
    if role == NOBODY:
        assert code(answer) == (401, "not_signed_in")
    elif role in ROUTES[route][0]:
        assert code(answer) == (404, "not_found")
    else:
        assert code(answer) == (403, "role_insufficient")


@pytest.mark.parametrize("route", [route for route in ROUTES if "{key}" in route[1]])
def test_threat_14_another_tenants_key_stays_as_it_was_and_nothing_is_logged(
    world: World, route: tuple[str, str]
) -> None:
    firestore = world.installation.firestore
    config, console = firestore.client("edge-config"), firestore.client("console")
    key = next(world.other.keys)
    held = replace(world.other, keys=iter([key]))
    logs = [f"tenants/{place.customer.tenant}" for place in (world.own, world.other)]

    def seen() -> list[Any]:
        documents = [config.document(f"sdkKeys/{key}"), *map(console.document, logs)]
        return [document.get().to_dict() for document in documents]

    before = seen()
    assert world.ask(route, "owner", held).status_code == 404
    assert seen() == before


def test_threat_14_the_role_counts_in_the_tenant_that_is_looked_at(
    installation: Installation,
) -> None:
    first = installation.customer()
    owner = installation.owner(first)
    second = installation.customer(owner_email=first.email)
    user = owner.get("/v1/me").json()["user"]["id"]
    console = installation.firestore.client("console")
    console.document(f"tenants/{second.tenant}/members/{user}").update({"role": "viewer"})
    there = installation.person(owner.post("/v1/tenant", {"tenant": second.tenant}))
    assert code(there.get("/v1/keys")) == (403, "role_insufficient")
    change = {"version": 1, "policy": {"allow": ["text"]}}
    assert code(there.put("/v1/policy", change)) == (403, "role_insufficient")
    assert owner.put("/v1/policy", change).status_code == 200
    assert there.get("/v1/policy").json()["version"] == 1
