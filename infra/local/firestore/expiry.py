"""Time to live. Production deletes up to a day late, so here nothing expires until it is asked to.

Source: https://cloud.google.com/firestore/docs/ttl
"""

from infra.local.firestore import fields
from infra.local.firestore.store import Store, microseconds

MICROSECONDS_PER_MILLISECOND = 1000


def expire(store: Store, path: str, now_ms: int) -> int:
    """Delete, in every database, the documents whose time has come; return how many.

    Args: path: the field that holds the time; only timestamps count. now_ms: Unix milliseconds.
    """
    due = []
    for record in store.records():
        value = fields.get(record.document.fields, fields.parse(path))
        if value is None or not value.HasField("timestamp_value"):
            continue
        if microseconds(value.timestamp_value) <= now_ms * MICROSECONDS_PER_MILLISECOND:
            due.append(record.document.name)
    store.apply(dict.fromkeys(due))
    return len(due)
