"""Requests from JSON and answers to JSON: by json_format, all but the documents."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format

from infra.local.firestore.errors import invalid
from infra.local.firestore.json_values import (
    Json,
    from_document,
    from_timestamp,
    from_value,
    to_value,
)
from infra.local.firestore.protos import Proto, message


def to_request(method: str, body: Mapping[str, Any], route: Mapping[str, str]) -> Any:
    """Return the request message of a method.

    Args: method: as on gRPC, `Commit`. body: parsed JSON, untrusted. route: fields from the URL.
    Raises: Refused: INVALID_ARGUMENT.
    """
    request = message(f"{method}Request")()
    documents: list[Any] = []
    try:
        if "writes" in body:
            stripped = [_without_fields(each, documents) for each in body["writes"]]
            body = {**body, "writes": stripped}
        json_format.ParseDict({**body, **route}, request)
    except (json_format.ParseError, AttributeError, TypeError) as wrong:
        raise invalid(f"Invalid JSON payload received. {wrong}") from wrong
    for write, fields in zip(getattr(request, "writes", ()), documents, strict=True):
        for name, value in fields.items():
            write.update.fields[name].CopyFrom(to_value(value))
    return request


def _without_fields(write: Json, documents: list[Any]) -> Json:
    """Take a write's field values out, to convert them apart."""
    fields = write["update"].get("fields", {}) if "update" in write else {}
    documents.append(fields)
    if not fields:
        return write
    return {**write, "update": {k: v for k, v in write["update"].items() if k != "fields"}}


def from_answer(answer: Proto) -> Json:
    """Return an answer as JSON, with its document or its writes' results converted by hand."""
    kind = answer.DESCRIPTOR.name
    if kind == "Document":
        return from_document(answer)  # type: ignore[arg-type]  # told apart by its descriptor
    if kind == "CommitResponse":
        return {
            "writeResults": [_from_result(each) for each in answer.write_results],
            "commitTime": from_timestamp(answer.commit_time),
        }
    for field in ("found", "document"):
        if field in answer.DESCRIPTOR.fields_by_name and answer.HasField(field):
            json = {field: from_document(getattr(answer, field))}
            return json | {"readTime": from_timestamp(answer.read_time)}
    whole: Json = json_format.MessageToDict(answer)
    return whole


def _from_result(result: Any) -> Json:
    json: Json = {}
    if result.HasField("update_time"):
        json["updateTime"] = from_timestamp(result.update_time)
    if result.transform_results:
        json["transformResults"] = [from_value(each) for each in result.transform_results]
    return json
