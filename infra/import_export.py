"""Put an export into a tenant's bucket: `python -m infra.import_export FOLDER TENANT`.

FOLDER holds `manifest.json`, the `manifest` of `GET /v1/exports/{operation}`, and the parts as they
were downloaded, `<n>.tar`. Every byte is compared with its hash before anything is written. The
tenant may be another one, in another installation; its index is rebuilt afterwards.
"""

import argparse
import json
import os
import sys
import time
from hashlib import file_digest
from pathlib import Path
from typing import Any
from urllib.parse import quote

from google.api_core.exceptions import PreconditionFailed
from google.auth.credentials import Credentials
from google.cloud.storage import Bucket, Client
from google.oauth2.credentials import Credentials as Token

from infra.local.identity.projects import HOME_PROJECT, account
from infra.local.identity.tokens import issue
from infra.local.ports import chosen
from infra.operators import Api, Failed, connect, finish, named, say, watch
from lib.errors import Malformed
from lib.exports import archives
from lib.exports.archives import Copied
from lib.exports.books import VERSION
from lib.identifiers import PAGE, SESSION, PageId, SessionId, batch_object, matches

CONTENT_TYPE = "application/x-ndjson"  # as ingest stores batches
TAKING = ("active", "suspended")  # states in which a tenant has its bucket


def parts(folder: Path) -> list[Path]:
    """Return the parts of an export, each compared with the manifest.

    Raises: Failed: one is missing or differs.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        rows: list[dict[str, Any]] = manifest["parts"]
        if manifest["version"] != VERSION:
            raise Failed(f"this is version {manifest['version']} of exports; known is {VERSION}")
        found = [(folder / f"{int(row['n'])}.tar", row["sha256"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        raise Failed(f"{folder} holds no manifest.json of an export") from None
    for file, digest in found:
        if not file.is_file():
            raise Failed(f"{file.name} is missing: download it")
        with file.open("rb") as data:
            if file_digest(data, "sha256").hexdigest() != digest:
                raise Failed(f"{file.name} is not what was exported: download it again")
    return [file for file, _ in found]


def load(folder: Path, bucket: Bucket) -> tuple[int, int]:
    """Write every object of an export into `bucket`; return how many were new, and were there.

    Raises: Failed.
    """
    new = there = 0
    for file in parts(folder):
        with file.open("rb") as part:
            try:
                for copied in archives.unpack(part):
                    stored = write(bucket, copied)
                    new, there = new + stored, there + (not stored)
            except Malformed as refused:
                raise Failed(f"{file.name}: {refused.detail}") from None
    return new, there


def write(bucket: Bucket, copied: Copied) -> bool:
    """Create one object as ingest does; say False if it is there already.

    Raises: Failed: its name is not one that ingest gives.
    """
    _, session, page, last = [*copied.name.split("/"), "", "", ""][:4]
    number = last.partition(".")[0]
    known = matches(SESSION, session) and matches(PAGE, page) and number.isdecimal()
    if not known or batch_object(SessionId(session), PageId(page), int(number)) != copied.name:
        raise Failed(f"{copied.name[:100]} is no recording")
    blob = bucket.blob(copied.name)
    blob.metadata = dict(copied.metadata)
    blob.custom_time = copied.start
    try:
        blob.upload_from_string(copied.data, CONTENT_TYPE, if_generation_match=0)
    except PreconditionFailed:
        return False
    return True


def storage(project: str) -> Client:
    """Return Cloud Storage as ingest's own account locally, else as whoever is signed in."""
    if project:
        return Client(project=project)
    os.environ.setdefault("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{chosen().storage}")
    local: Credentials = Token(token=issue(account("ingest")))
    return Client(project=HOME_PROJECT, credentials=local)


def main(arguments: list[str]) -> int:
    """Do what the command line says; 1 if it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m infra.import_export", description=__doc__)
    parser.add_argument("--project", default="", help="a real project; the local stack without")
    parser.add_argument("--home", default="", help="where its functions run, if in several regions")
    parser.add_argument("folder", type=Path)
    parser.add_argument("tenant", help="its name or id")
    given = parser.parse_args(arguments)
    return finish(lambda: run(given))


def run(given: argparse.Namespace) -> None:
    """Write the export's recordings and rebuild the index. Raises: Failed, StartFailed."""
    named(given.tenant)
    api = connect(given.project, given.home)
    row = tenant(api, given.tenant)
    new, there = load(given.folder, storage(given.project).bucket(row["bucket"]))
    say(f"{new} recordings written, {there} were there")
    path = f"/v1/tenants/{quote(row['id'])}"
    # What this tenant had erased since the export was made must not come back by it.
    again = api.call("POST", f"{path}/replay-erasures", {"restored_ms": round(time.time() * 1000)})
    for operation in again["operations"]:
        say(f"erasing again what was erased before: {operation}")
        watch(api, operation, say)
    watch(api, api.call("POST", f"{path}/reindex", {})["operation"], say)


def tenant(api: Api, name: str) -> dict[str, Any]:
    """Return the row of the tenant with this name or id.

    Raises: Failed: there is none that can take recordings.
    """
    rows: list[dict[str, Any]] = api.call("GET", "/v1/tenants")["tenants"]
    found = next((each for each in rows if name in (each["name"], each["id"])), None)
    if found is None:
        raise Failed(f"there is no tenant {name} (`make tenants` lists them)")
    if found["state"] not in TAKING:
        raise Failed(f"{name} is {found['state']}: it takes no recordings")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
