"""Print infra/firestore.indexes.json as arguments of `gcloud firestore`, tabs between them."""

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
            field = (
                override["fieldPath"],
                where,
                f"--collection-group={override['collectionGroup']}",
            )
            yield ["indexes", "fields", "update", *field, *_single(override["indexes"]), "--async"]
            if override.get("ttl"):
                yield ["fields", "ttls", "update", *field, "--enable-ttl", "--async"]


def _single(indexes: list[dict[str, str]]) -> list[str]:
    """Return the flags that leave a field with these single-field indexes and no other."""
    return [
        f"--index=order={index['order'].lower()},query-scope={_dashed(index['queryScope'])}"
        for index in indexes
    ] or ["--disable-indexes"]


def _dashed(scope: str) -> str:
    return scope.lower().replace("_", "-")


if __name__ == "__main__":
    for arguments in commands(json.loads(FILE.read_text())):
        print("\t".join(arguments))
