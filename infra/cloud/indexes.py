"""Print infra/firestore.indexes.json as arguments of `gcloud firestore`, tabs between them.

A line that begins with `patch` holds a place and a body for the REST interface instead.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "firestore.indexes.json"


def commands(document: dict[str, Any]) -> Iterator[list[str]]:
    """Yield the arguments of each command that `document` needs, in no particular order."""
    for database, wanted in document.items():
        where = f"--database={database}"
        for index in wanted["indexes"]:
            yield [
                *("indexes", "composite", "create", where, "--async"),
                f"--collection-group={index['collectionGroup']}",
                f"--query-scope={_dashed(index['queryScope'])}",
                *(
                    f"--field-config=field-path={field['fieldPath']},order={field['order'].lower()}"
                    for field in index["fields"]
                ),
            ]
        for override in wanted["fieldOverrides"]:
            group, name = override["collectionGroup"], override["fieldPath"]
            field = name, where, f"--collection-group={group}"
            if any(index["queryScope"] != "COLLECTION" for index in override["indexes"]):
                place = f"databases/{database}/collectionGroups/{group}/fields/{name}"
                yield ["patch", place, _config(name, override["indexes"])]
            else:
                yield ["indexes", "fields", "update", *field, *_flags(override["indexes"])]
            if override.get("ttl"):
                yield ["fields", "ttls", "update", *field, "--enable-ttl", "--async"]


def _flags(indexes: list[dict[str, str]]) -> list[str]:
    """Return the flags that leave a field with these single-field indexes and no other."""
    kept = [f"--index=order={index['order'].lower()}" for index in indexes]
    return [*(kept or ["--disable-indexes"]), "--async"]


def _config(field: str, indexes: list[dict[str, str]]) -> str:
    """Return the same as a request's body: gcloud has no flag for an index's scope.

    Source: https://docs.cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.collectionGroups.fields/patch
    """
    wanted = [
        {
            "queryScope": index["queryScope"],
            "fields": [{"fieldPath": field, "order": index["order"]}],
        }
        for index in indexes
    ]
    return json.dumps({"indexConfig": {"indexes": wanted}})


def _dashed(scope: str) -> str:
    return scope.lower().replace("_", "-")


if __name__ == "__main__":
    for arguments in commands(json.loads(FILE.read_text())):
        print("\t".join(arguments))
