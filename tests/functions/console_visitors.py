"""What tests of the console need: tenants, people who sign in, and recordings that were stored."""

import gzip
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from lib.identifiers import base32
from tests.local_services import Firestore, Storage

ORIGIN = "http://localhost:8301"
HANDSHAKE = "https://handshake.example"
CSP = "default-src 'none'; script-src 'self'"
PASSWORD = "four quiet words here"


def new_id(prefix: str, letters: int) -> str:
    """Return a random identifier of ours."""
    return prefix + base32(secrets.token_bytes(letters))[:letters]


P256 = ec.generate_private_key(ec.SECP256R1())
P384 = ec.generate_private_key(ec.SECP384R1())


def code(answer: httpx.Response) -> tuple[int, str]:
    """Return the status of a refusal and its code."""
    return answer.status_code, answer.json()["code"]


def public_pem(key: ec.EllipticCurvePrivateKey = P256) -> str:
    """Return the public half, as a customer registers it."""
    data = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return data.decode()


def private_pem(key: ec.EllipticCurvePrivateKey = P256) -> str:
    """Return what a customer must keep."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass
class Person:
    """Someone with a cookie."""

    client: httpx.Client
    cookie: str

    def get(self, path: str, **params: Any) -> httpx.Response:
        """GET as this person."""
        return self.client.get(path, params=params, headers={"Cookie": self.cookie})

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        """POST as the console's own page does it for this person."""
        sent = {"Cookie": self.cookie, "Origin": ORIGIN, **headers}
        return self.client.post(path, json=body, headers=sent)

    def patch(self, path: str, body: object) -> httpx.Response:
        """PATCH as the console's own page does it for this person."""
        return self.send("PATCH", path, body)

    def put(self, path: str, body: object) -> httpx.Response:
        """PUT as the console's own page does it for this person."""
        return self.send("PUT", path, body)

    def send(self, method: str, path: str, body: object) -> httpx.Response:
        """Change something as the console's own page does it for this person."""
        sent = {"Cookie": self.cookie, "Origin": ORIGIN}
        return self.client.request(method, path, json=body, headers=sent)


@dataclass
class Customer:
    """A tenant that was provisioned."""

    tenant: str
    bucket: str
    name: str
    email: str
    key: str
    setup: str


@dataclass
class Installation:
    """Both functions behind their addresses, and the stand-ins below them."""

    operator: httpx.Client
    member: httpx.Client
    firestore: Firestore
    storage: Storage

    def customer(self, **changes: Any) -> Customer:
        """Provision a tenant and return it once it is active."""
        name = f"shop-{secrets.token_hex(4)}"
        body = {
            "name": name,
            "region": "europe-west1",
            "owner_email": f"owner@{name}.example",
            "retention_days": 30,
            "origins": ["https://shop.example"],
            **changes,
        }
        ordered = self.operator.post("/v1/tenants", json=body)
        assert ordered.status_code == 202, ordered.text
        # Buckets are made 2 s apart: nobody has to wait for their turn here.
        self.firestore.client("console").document("paces/buckets").delete()
        self.operator.post("/v1/tick").raise_for_status()
        answer = ordered.json()
        operation = self.operator.get(f"/v1/operations/{answer['operation']}").json()
        assert operation["state"] == "done", operation
        rows = self.operator.get("/v1/tenants").json()["tenants"]
        row = next(each for each in rows if each["id"] == answer["tenant"])
        return Customer(
            answer["tenant"],
            row["bucket"],
            body["name"],
            body["owner_email"],
            answer["key"],
            answer["setup"],
        )

    def finish(self, operation: str) -> None:
        """Let the operation run to its end without waiting for the caches."""
        document = self.firestore.client("console").document(f"operations/{operation}")
        for _ in range(6):
            self.operator.post("/v1/tick").raise_for_status()
            if (document.get().to_dict() or {})["state"] in ("done", "failed"):
                return
            document.update({"lease_until": datetime.now(UTC) - timedelta(days=2)})
        raise AssertionError(document.get().to_dict())

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        """POST as the console's own page does it for somebody who is not signed in."""
        return self.member.post(path, json=body, headers={"Origin": ORIGIN, **headers})

    def owner(self, customer: Customer) -> Person:
        """Set the owner's password by their link and return them signed in."""
        answer = self.post("/v1/setup", {"token": customer.setup, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return self.person(answer)

    def person(self, answer: httpx.Response) -> Person:
        """Return whoever `answer` signed in."""
        return Person(self.member, answer.headers["set-cookie"].partition(";")[0])

    def store(self, customer: Customer, session: str, page: str, seq: int, **changes: Any) -> bytes:
        """Store one batch as ingest does and return its bytes."""
        start = changes.pop("start", datetime.now(UTC))
        data: bytes = changes.pop("data", gzip.compress(f"{page} {seq}\n".encode()))
        sent = int(start.timestamp() * 1000) + changes.pop("after_ms", seq * 10_000)
        bucket = self.storage.client("ingest").bucket(customer.bucket)
        blob = bucket.blob(f"s/{session}/{page}/{seq:06d}.ndjson.gz")
        blob.custom_time = start
        blob.metadata = {
            "received": str(sent),
            "offset": "0",
            "sent": str(sent),
            "seq": str(seq),
            "dropped": "0",
            "final": "false",
            "previous": "",
            "tab": "t_aaaaaaaaaaaaaaaa",
            "policy": "1",
            "sdk": "0.1.0",
            "country": "DE",
            **changes,
        }
        blob.upload_from_string(data, content_type="application/x-ndjson", if_generation_match=0)
        return data


def audit(installation: Installation, customer: Customer) -> list[dict[str, Any]]:
    """Return the tenant's audit log in order."""
    console = installation.firestore.client("console")
    rows = console.collection(f"tenants/{customer.tenant}/audit").stream()
    return sorted((row.to_dict() or {} for row in rows), key=lambda row: int(row["seq"]))
