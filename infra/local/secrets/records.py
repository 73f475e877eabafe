"""Secrets: creating, reading, listing, deleting, policies.

Source: https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets
"""

import re

from infra.local.identity import policies
from infra.local.identity.calls import Call
from infra.local.identity.projects import HOME_PROJECT, PROJECT_NUMBER
from infra.local.wire.messages import Answer, Json
from infra.local.wire.statuses import Refused

_ID = re.compile(r"[a-zA-Z0-9_-]{1,255}")


def parent_of(call: Call) -> str:
    """The project that the path names, by number, as the real service names it in answers."""
    project = call.fields["project"]
    return f"projects/{PROJECT_NUMBER if project == HOME_PROJECT else project}"


def find(call: Call, permission: str) -> Json:
    """The record of the secret that the path names, if the caller may do this. Raises: Refused."""
    name = f"{parent_of(call)}/secrets/{call.fields['secret']}"
    secret = call.service.table("secrets").get(name)
    call.require(permission, name, secret and policies.read(secret))
    if secret is None:
        raise Refused("NOT_FOUND", f"Secret [{name}] not found.")
    return secret


async def create(call: Call) -> Answer:
    """`secrets.create`."""
    parent, secret_id = parent_of(call), call.request.query.get("secretId", "")
    call.require("secretmanager.secrets.create", parent)
    if not _ID.fullmatch(secret_id) or "replication" not in call.request.json:
        raise Refused("INVALID_ARGUMENT", "A secret has an id and a replication.")
    name = f"{parent}/secrets/{secret_id}"
    secrets = call.service.table("secrets")
    if name in secrets:
        raise Refused("ALREADY_EXISTS", f"Secret [{name}] already exists.")
    resource = {
        "name": name,
        "createTime": call.service.clock.now(),
        "replication": call.request.json["replication"],
        "labels": call.request.json.get("labels", {}),
    }
    secrets[name] = {"resource": resource, "versions": {}}
    call.service.saved.save()
    return Answer.of(resource)


async def get(call: Call) -> Answer:
    """`secrets.get`: the metadata, never a payload."""
    return Answer.of(find(call, "secretmanager.secrets.get")["resource"])


async def list_secrets(call: Call) -> Answer:
    """`secrets.list`, in one page."""
    parent = parent_of(call)
    call.require("secretmanager.secrets.list", parent)
    records = call.service.table("secrets").items()
    found = [record["resource"] for name, record in sorted(records) if name.startswith(parent)]
    return Answer.of({"secrets": found, "totalSize": len(found)})


async def delete(call: Call) -> Answer:
    """`secrets.delete`, with all versions."""
    secret = find(call, "secretmanager.secrets.delete")
    del call.service.table("secrets")[secret["resource"]["name"]]
    call.service.saved.save()
    return Answer.of({})


async def get_policy(call: Call) -> Answer:
    """`secrets.getIamPolicy`."""
    return Answer.of(policies.read(find(call, "secretmanager.secrets.get")))


async def set_policy(call: Call) -> Answer:
    """`secrets.setIamPolicy`."""
    return Answer.of(policies.replace(call, find(call, "secretmanager.secrets.update")))
