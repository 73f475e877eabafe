"""The public functions as a browser meets them: real apps over real stand-ins, a clock of ours."""

import gzip
import importlib.util
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.cloud.storage.bucket import Bucket

from lib import identifiers, keys, policies, signing_keys, web
from lib.edge import asks
from lib.edge.access_tokens import AccessTokens
from lib.edge.config import EdgeConfig
from lib.edge.documents import Documents
from lib.edge.fetches import Fetcher
from lib.edge.handshakes import Handshakes
from lib.edge.ingestion import Ingestion
from lib.edge.notes import Notes
from lib.edge.objects import Objects
from lib.edge.outcomes import Outcomes
from lib.tokens import Signer, Verifier
from tests.local_services import Firestore, Metadata, Storage, account, control, forget_faults

ROOT = Path(__file__).resolve().parents[1]
NOW = 1_795_439_274.0
ORIGIN = "https://shop.example"
SDK = "0.1.0"
TAB, PAGE = "t_" + "a" * 16, "p_" + "b" * 16
USER_KEY = b"k" * 32
USER_AGENT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/131.0.0.0 Safari/537.36"
SIGNING_KEY = ec.generate_private_key(ec.SECP256R1())
PEM = SIGNING_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
JWKS = signing_keys.jwk_set([SIGNING_KEY.public_key()])

Json = dict[str, Any]


class Clock:
    """Unix time that moves only when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


async def no_sleep(_: float) -> None:
    """Retries' pauses, left out."""


@dataclass(frozen=True)
class Site:
    """A tenant that records: its key as a page embeds it, and its bucket."""

    tenant: str
    key: keys.SdkKey
    bucket: str


@dataclass
class Edge:
    """One installation in a project of its own."""

    firestore: Firestore
    storage: Storage
    metadata: Metadata
    project: str
    clock: Clock = field(default_factory=Clock)
    signer: Signer = field(default_factory=lambda: signing_keys.signer(PEM))
    verifier: Verifier = field(default_factory=lambda: Verifier(signing_keys.public_keys(JWKS)))
    fetcher: Fetcher = field(default_factory=lambda: Fetcher(sleep=no_sleep))

    def site(self, *, allow: tuple[str, ...] = (), **changes: Any) -> Site:
        """Write a tenant with one policy and one key, and make its bucket."""
        tenant = identifiers.new_tenant(os.urandom)
        bucket = self._bucket()
        sampling = changes.pop("sampling", 1)
        self.write(
            f"tenants/{tenant}",
            {
                "name": f"site-{secrets.token_hex(4)}",
                "state": "active",
                "bucket": bucket,
                "location": "europe-west1",
                "seal": {"mode": "google_managed"},
                "policy_version": 1,
                "retention_days": 30,
                "epoch": 1,
                "quotas": {},
                "tombstones": {},
                **changes,
            },
        )
        self.policy(tenant, 1, allow=allow, sampling=sampling)
        return Site(tenant, self.key(tenant), bucket)

    def policy(self, tenant: str, version: int, **changes: Any) -> None:
        """Write one version of a policy."""
        document = policies.default(version).document | {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in changes.items()
        }
        policy = policies.parse_document(document)
        fields = {"tenant": tenant, "document": policy.text, "hash": policy.hash}
        self.write(f"policies/{tenant}-{version}", fields)

    def key(self, tenant: str, **changes: Any) -> keys.SdkKey:
        """Write a fresh key."""
        key = keys.create(os.urandom)
        self.write(
            f"sdkKeys/{key.id}",
            {
                "tenant": tenant,
                "hash": key.hash(),
                "origins": [ORIGIN],
                "epoch": 1,
                "state": "active",
                "expires_at": None,
                "assertion_key": None,
                **changes,
            },
        )
        return key

    def write(self, path: str, fields: Json, database: str = "edge-config") -> None:
        """Write a document whole."""
        self.client(database).document(path).set(fields)

    def change(self, path: str, **fields: Any) -> None:
        """Change some fields of a document in edge-config."""
        self.client("edge-config").document(path).update(fields)

    def read(self, path: str, database: str = "edge-index") -> Json | None:
        """Return a document's fields."""
        found: Json | None = self.client(database).document(path).get().to_dict()
        return found

    def listed(self, path: str, database: str = "edge-index") -> list[Json]:
        """Return the fields of a collection's documents."""
        return [row.to_dict() for row in self.client(database).collection(path).stream()]

    def documents(self, database: str, name: str = "ingest") -> Documents:
        """Return the database as a function's account sees it, over REST."""
        url = self.firestore.environment["FIRESTORE_URL"]
        return Documents(self.fetcher, self.tokens(name), url, self.project, database)

    def tokens(self, name: str) -> AccessTokens:
        """Return a function's access tokens."""
        host = self.metadata.environment(name)["GCE_METADATA_HOST"]
        return AccessTokens(self.fetcher, host, self.clock)

    def handshakes(self) -> Handshakes:
        """Return one instance's service."""
        config = self.documents("edge-config", "handshake")
        return Handshakes(
            EdgeConfig(config, self.clock),
            config,
            self.signer,
            self.verifier,
            "https://ingest.example/v1/ingest",
            "https://console.example",
            self.clock,
            os.urandom,
        )

    def ingestion(self) -> Ingestion:
        """Return one instance's service."""
        tokens = self.tokens("ingest")
        return Ingestion(
            EdgeConfig(self.documents("edge-config"), self.clock),
            self.verifier,
            Objects(self.fetcher, tokens, self.storage.url, os.urandom),
            self.documents("edge-index"),
            Notes(self.clock),
            Outcomes(self.clock, os.urandom),
            USER_KEY,
            self.clock,
        )

    def counts(self) -> Json:
        """Return the Firestore stand-in's counts of documents read and written here."""
        url = f"{self.firestore.environment['FIRESTORE_URL']}/_standin/counts"
        found: Json = httpx.get(url).json()
        return found

    def bucket(self, site: Site) -> Bucket:
        """Return the site's bucket, seen by an account that may do everything."""
        bucket: Bucket = self._witness().bucket(site.bucket)
        return bucket

    def stored(self, site: Site) -> dict[str, bytes]:
        """Return every object's bytes by its name."""
        blobs = self._witness().list_blobs(site.bucket)
        return {blob.name: blob.download_as_bytes(raw_download=True) for blob in blobs}

    def environment(self, name: str) -> dict[str, str]:
        """Return what main.py of this function needs."""
        account_name = name.replace("_", "-")
        return {
            "GOOGLE_CLOUD_PROJECT": self.project,
            "SESSION_SIGNING_KEY": PEM,
            "SESSION_PUBLIC_KEYS": JWKS,
            "USER_HASH_KEY": USER_KEY.decode(),
            "INGEST_URL": "https://ingest.example/v1/ingest",
            "CONSOLE_URL": "https://console.example",
            "FIRESTORE_URL": self.firestore.environment["FIRESTORE_URL"],
            "STORAGE_URL": self.storage.url,
            "GCE_METADATA_HOST": self.metadata.environment(account_name)["GCE_METADATA_HOST"],
        }

    def close(self) -> None:
        """Take back every fault that a test left armed."""
        for base in (self.firestore.environment["FIRESTORE_URL"], self.storage.url):
            forget_faults(base)

    def fault(self, service: str, **fault: Any) -> None:
        """Arm a fault of the `firestore` or `storage` stand-in (see their faults.py)."""
        urls = {
            "firestore": self.firestore.environment["FIRESTORE_URL"],
            "storage": self.storage.url,
        }
        control(urls[service], "faults", fault)

    def client(self, database: str) -> Any:
        """Return Google's client of one database of this installation."""
        if database not in self._clients:
            self._clients[database] = self.firestore.client(database, self.project)
        return self._clients[database]

    def _witness(self) -> Any:
        if "storage" not in self._clients:
            self._clients["storage"] = self.storage.client("witness")
        return self._clients["storage"]

    def _bucket(self) -> str:
        name = identifiers.new_bucket(os.urandom)
        bucket = self._witness().create_bucket(name, location="europe-west1")
        policy = bucket.get_iam_policy(requested_policy_version=3)
        policy.bindings.append(
            {
                "role": "roles/storage.objectCreator",
                "members": {f"serviceAccount:{account('ingest')}"},
            }
        )
        bucket.set_iam_policy(policy)
        return name

    def __post_init__(self) -> None:
        self._clients: dict[str, Any] = {}


def load_main(function: str, environ: dict[str, str]) -> ModuleType:
    """Import functions/<function>/main.py as its own module, under `environ` alone."""
    name = f"main_of_{function}_{secrets.token_hex(4)}"
    spec = importlib.util.spec_from_file_location(name, ROOT / "functions" / function / "main.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with mock.patch.dict(os.environ, environ, clear=True):
        spec.loader.exec_module(module)
    return module


def client(app: web.App) -> httpx.AsyncClient:
    """Return a client of an ASGI application, without a network between."""
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://function.example")


def ask(site: Site, **changes: Any) -> Json:
    """Return a handshake's body."""
    return {
        "v": 1,
        "key": str(site.key),
        "sdk": SDK,
        "tab": TAB,
        "page": PAGE,
        "resume": None,
        "assertion": None,
        **changes,
    }


async def opened(
    edge: Edge, site: Site, *, origin: str = ORIGIN, country: str | None = None, **changes: Any
) -> Json:
    """Return the answer of a handshake by a fresh instance."""
    body = json.dumps(ask(site, **changes)).encode()
    return await edge.handshakes().open(asks.parse(body), origin, country)


def meta(number: int = 0, *, at_ms: int | None = None, path: str = "/cart") -> Json:
    """Return a Meta event as rrweb records it."""
    timestamp = round(NOW * 1000) + number if at_ms is None else at_ms
    data = {"href": f"{ORIGIN}{path}", "width": 1280, "height": 720}
    return {"type": 4, "data": data, "timestamp": timestamp}


def lines(*events: Json) -> bytes:
    """Return events as NDJSON."""
    return b"".join(json.dumps(each, separators=(",", ":")).encode() + b"\n" for each in events)


def header(answer: Json, **changes: Any) -> Json:
    """Return a batch's header for a handshake's answer."""
    return {
        "v": 1,
        "token": answer["token"],
        "page": PAGE,
        "seq": 0,
        "sent": round(NOW * 1000),
        "offset": -412,
        "dropped": 0,
        "final": False,
        "total": 1000,
        "previous": None,
        "user": None,
        **changes,
    }


def batch(answer: Json, packed: bytes | None = None, **changes: Any) -> bytes:
    """Return an ingest request's body; `packed` is what follows the header."""
    if packed is None:
        packed = gzip.compress(lines(meta()), mtime=0)
    return json.dumps(header(answer, **changes)).encode() + b"\n" + packed


def utc(seconds: float) -> datetime:
    """Return the Unix time as Firestore stores it."""
    return datetime.fromtimestamp(seconds, UTC)


@contextmanager
def served(module: ModuleType, service: object) -> Iterator[httpx.AsyncClient]:
    """Put `service` behind a function's real routes; requests come from the allowed origin."""
    with mock.patch.object(module, "SERVICE", web.Lazy(lambda: service)):
        browser = client(module.APP)
        browser.headers["Origin"] = ORIGIN
        yield browser
