"""The console's SDK keys: handlers for owners and admins. A key is shown once, when it is made."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response

from lib import key_forms, keys, web
from lib.console.changes import EDITORS, Desk
from lib.console.visits import Visit
from lib.keys import SdkKey
from lib.sdk_keys import KeyRetired, SdkKeys, StoredKey


class KeyCabinet:
    """Handlers that read and change keys. Each works on the visit's tenant alone."""

    def __init__(self, edge_config: Client, desk: Desk) -> None:
        """Keep the client of the `edge-config` database."""
        self._edge_config = edge_config
        self._desk = desk

    def listed(self, request: Request) -> Response:
        """Answer `GET /v1/keys`."""
        visit = self._desk.visit(request, EDITORS)
        return web.json_response({"keys": [_row(each) for each in self._keys(visit).listed()]})

    def add(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `POST /v1/keys`."""
        visit = self._desk.visit(request, EDITORS)
        draft = key_forms.parse_new(body)
        mine = self._keys(visit)
        mine.check_room()
        key = keys.create(self._desk.random)
        stored = self._desk.record(
            visit,
            "key_created",
            key.id,
            lambda: mine.add(key, draft),
            {"origins": len(draft.origins), "strict": draft.assertion_key is not None},
        )
        return _shown_once(key, stored)

    def change(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `PATCH /v1/keys/{key}`."""
        visit = self._desk.visit(request, EDITORS)
        mine = self._keys(visit)
        stored = self._live(mine, request)
        draft = key_forms.parse_change(body, stored.draft)
        changed = self._desk.record(
            visit,
            "key_changed",
            stored.id,
            lambda: mine.change(stored.id, draft),
            {"origins": len(draft.origins), "strict": draft.assertion_key is not None},
        )
        return web.json_response(_row(changed))

    def rotate(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `POST /v1/keys/{key}/rotate`."""
        visit = self._desk.visit(request, EDITORS)
        mine = self._keys(visit)
        old = self._live(mine, request)
        hours = key_forms.parse_overlap(body)
        mine.check_room(old.id if hours == 0 else None)
        key = keys.create(self._desk.random)
        stored = self._desk.record(
            visit,
            "key_rotated",
            old.id,
            lambda: mine.rotate(old.id, key, overlap_hours=hours),
            {"successor": key.id, "overlap_hours": hours},
        )
        return _shown_once(key, stored)

    def disable(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `POST /v1/keys/{key}/disable`; a second call changes nothing."""
        visit = self._desk.visit(request, EDITORS)
        mine = self._keys(visit)
        stored = mine.get(request.path_params["key"])
        key_forms.parse_nothing(body)
        if stored.state == "active":
            stored = self._desk.record(
                visit, "key_disabled", stored.id, lambda: mine.disable(stored.id)
            )
        return web.json_response(_row(stored))

    def _keys(self, visit: Visit) -> SdkKeys:
        return SdkKeys(self._edge_config, visit.tenant.id, clock=self._desk.clock)

    def _live(self, mine: SdkKeys, request: Request) -> StoredKey:
        """Return the key in the path (untrusted). Raises: NotFound, KeyRetired."""
        stored = mine.get(request.path_params["key"])
        if not stored.live(datetime.fromtimestamp(self._desk.clock(), stored.created.tzinfo)):
            raise KeyRetired("this key is disabled or has expired: create another")
        return stored


def _shown_once(key: SdkKey, stored: StoredKey) -> Response:
    return web.json_response({**_row(stored), "key": str(key)}, status=HTTPStatus.CREATED)


def _row(stored: StoredKey) -> dict[str, Any]:
    return {
        "id": stored.id,
        "label": stored.draft.label,
        "origins": list(stored.draft.origins),
        "state": stored.state,
        "created_ms": _ms(stored.created),
        "expires_ms": _ms(stored.expires_at) if stored.expires_at else None,
        "assertion_key": stored.draft.assertion_key,
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
