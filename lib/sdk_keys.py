"""One tenant's SDK keys in `edge-config`: listed, made, changed, rotated, disabled.

The public functions read a key anew within 50 s, so whatever is taken away here is gone in 60.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client, DocumentReference, Transaction
from google.cloud.firestore_v1.base_query import FieldFilter

from lib import transactions
from lib.errors import NotFound, Refusal
from lib.identifiers import KEY_ID, KeyId, TenantId, matches
from lib.key_forms import Draft
from lib.keys import SdkKey

MAX_LIVE_KEYS = 20  # a key for each site and each stage of a large customer
MAX_DEAD_KEYS = 100  # kept so that old outcomes still have a label; the oldest are forgotten


class KeysTooMany(Refusal):
    """The tenant has as many live keys as it may."""

    status, code = HTTPStatus.CONFLICT, "keys_too_many"


class KeyRetired(Refusal):
    """The key is disabled, expired, or already replaced by a rotation."""

    status, code = HTTPStatus.CONFLICT, "key_retired"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key as its tenant may see it: everything but the hash."""

    id: KeyId
    draft: Draft
    state: str
    created: datetime
    expires_at: datetime | None

    def live(self, now: datetime) -> bool:
        """Say whether the key works at `now`."""
        return self.state == "active" and (self.expires_at is None or now < self.expires_at)


class SdkKeys:
    """One tenant's keys. It cannot be built without a tenant, so it cannot cross one."""

    def __init__(
        self, edge_config: Client, tenant: TenantId, *, clock: Callable[[], float]
    ) -> None:
        """Keep the client of the `edge-config` database. `clock` gives Unix seconds."""
        self._db = edge_config
        self._tenant = tenant
        self._clock = clock

    def listed(self) -> list[StoredKey]:
        """Return the tenant's keys, live and dead, the newest first."""
        return self._all(None)

    def get(self, key: str) -> StoredKey:
        """Return one key. Args: key: its id (untrusted).

        Raises: NotFound: no such key, or another tenant's: never told apart.
        """
        return self._one(self._reference(key).get().to_dict(), key)

    def check_room(self, replacing: KeyId | None = None) -> None:
        """Refuse early what `add` and `rotate` would refuse. Raises: KeysTooMany."""
        self._check_room(self._all(None), replacing)

    def add(self, key: SdkKey, draft: Draft) -> StoredKey:
        """Store a fresh key by its hash. Raises: KeysTooMany."""

        def body(transaction: Transaction) -> StoredKey:
            known = self._all(transaction)
            self._check_room(known, None)
            return self._create(transaction, key, draft, known, self._now())

        return transactions.run(self._db, body)

    def change(self, key: str, draft: Draft) -> StoredKey:
        """Give a live key another label, allowlist or assertion key.

        An origin that is taken away takes its tokens along: the epoch is raised, and pages of
        the other origins get new tokens by another handshake, unnoticed.
        Raises: NotFound, KeyRetired.
        """
        reference = self._reference(key)

        def body(transaction: Transaction) -> StoredKey:
            fields, stored = self._live(transaction, reference, key)
            narrower = not set(stored.draft.origins) <= set(draft.origins)
            transaction.update(
                reference,
                {
                    "label": draft.label,
                    "origins": list(draft.origins),
                    "assertion_key": draft.assertion_key,
                    "epoch": fields["epoch"] + int(narrower),
                },
            )
            return StoredKey(stored.id, draft, stored.state, stored.created, stored.expires_at)

        return transactions.run(self._db, body)

    def rotate(self, old: str, new: SdkKey, *, overlap_hours: int) -> StoredKey:
        """Store `new` as the successor of `old`, which expires after the overlap.

        Raises: NotFound, KeyRetired: `old` is dead, or was rotated already. KeysTooMany.
        """
        reference = self._reference(old)

        def body(transaction: Transaction) -> StoredKey:
            _, stored = self._live(transaction, reference, old)
            if stored.expires_at is not None:
                raise KeyRetired("this key was rotated already: rotate its successor")
            known = self._all(transaction)
            self._check_room(known, stored.id if overlap_hours == 0 else None)
            now = self._now()
            until = now + timedelta(hours=overlap_hours)
            transaction.update(reference, {"expires_at": until})
            return self._create(transaction, new, stored.draft, known, now)

        return transactions.run(self._db, body)

    def disable(self, key: str) -> StoredKey:
        """Stop a key for good; its tokens die by the raised epoch. Raises: NotFound."""
        reference = self._reference(key)

        def body(transaction: Transaction) -> StoredKey:
            fields = reference.get(transaction=transaction).to_dict()
            stored = self._one(fields, key)
            if fields and stored.state == "active":
                changes = {"state": "disabled", "epoch": fields["epoch"] + 1}
                transaction.update(reference, changes)
            return StoredKey(stored.id, stored.draft, "disabled", stored.created, stored.expires_at)

        return transactions.run(self._db, body)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def _reference(self, key: str) -> DocumentReference:
        if not matches(KEY_ID, key):
            raise NotFound("no such key")
        return self._db.document(f"sdkKeys/{key}")

    def _all(self, transaction: Transaction | None) -> list[StoredKey]:
        mine = self._db.collection("sdkKeys").where(
            filter=FieldFilter("tenant", "==", self._tenant)
        )
        rows = mine.limit(MAX_LIVE_KEYS + MAX_DEAD_KEYS + 1).stream(transaction=transaction)
        found = [_parse(KeyId(row.id), row.to_dict() or {}) for row in rows]
        return sorted(found, key=lambda each: (each.created, each.id), reverse=True)

    def _one(self, fields: Mapping[str, Any] | None, key: str) -> StoredKey:
        if fields is None or fields["tenant"] != self._tenant:
            raise NotFound("no such key")
        return _parse(KeyId(key), fields)

    def _live(
        self, transaction: Transaction, reference: DocumentReference, key: str
    ) -> tuple[Mapping[str, Any], StoredKey]:
        fields: Mapping[str, Any] | None = reference.get(transaction=transaction).to_dict()
        stored = self._one(fields, key)
        if fields is None or not stored.live(self._now()):
            raise KeyRetired("this key is disabled or has expired: create another")
        return fields, stored

    def _check_room(self, known: list[StoredKey], replacing: KeyId | None) -> None:
        now = self._now()
        live = sum(1 for each in known if each.live(now) and each.id != replacing)
        if live >= MAX_LIVE_KEYS:
            raise KeysTooMany(f"a tenant may have {MAX_LIVE_KEYS} live keys: disable one first")

    def _create(
        self,
        transaction: Transaction,
        key: SdkKey,
        draft: Draft,
        known: list[StoredKey],
        now: datetime,
    ) -> StoredKey:
        transaction.create(
            self._db.document(f"sdkKeys/{key.id}"),
            {
                "tenant": self._tenant,
                "hash": key.hash(),
                "origins": list(draft.origins),
                "epoch": 1,
                "state": "active",
                "label": draft.label,
                "created": now,
                "expires_at": None,
                "assertion_key": draft.assertion_key,
            },
        )
        dead = [each for each in known if not each.live(now)]
        for each in dead[MAX_DEAD_KEYS:]:
            transaction.delete(self._db.document(f"sdkKeys/{each.id}"))
        return StoredKey(key.id, draft, "active", now, None)


def _parse(key: KeyId, fields: Mapping[str, Any]) -> StoredKey:
    return StoredKey(
        id=key,
        draft=Draft(fields["label"], tuple(fields["origins"]), fields["assertion_key"]),
        state=fields["state"],
        created=fields["created"],
        expires_at=fields["expires_at"],
    )
