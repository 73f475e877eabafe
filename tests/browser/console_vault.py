"""The vault's half of the small console backend: erasures, exports and a seal in memory.

`test_console_real.py` compares what it answers with what console_api does.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from lib.seal.plans import ChangeSeal
from lib.seal.rotations import Reseal
from tests.browser.console_settings import ANA, HOUR_MS, OPERATOR, Reply, now_ms

READERS = ("owner", "admin", "auditor")
EDITORS = ("owner", "admin")
OWNER = ("owner",)
FORBIDDEN: Reply = (403, {"code": "role_insufficient"})
NAME = "acme"
OWN_KEY = "projects/acme-keys/locations/europe-west1/keyRings/replay/cryptoKeys/seal"
DAY_MS = 24 * HOUR_MS
STEPS = {"change_seal": list(ChangeSeal.steps), "reseal": list(Reseal.steps)}
RANGE = re.compile(r"bytes=(\d+)-(\d+)")


def operation(letter: str) -> str:
    """Return an operation's id."""
    return "op_" + letter * 16


def erasure(letter: str, what: dict[str, Any], ago_ms: int, **changes: Any) -> dict[str, Any]:
    """Return an erasure as the API lists it, running unless `changes` say otherwise."""
    return {
        "id": operation(letter),
        "what": what,
        "by": ANA,
        "ordered_ms": now_ms() - ago_ms,
        "done_ms": None,
        "state": "running",
        "error": None,
        "erased": {"objects": 0},
        "replay_of": None,
        **changes,
    }


def facts(objects: int, sessions: int, exports: int = 0) -> dict[str, Any]:
    """Return what a finished erasure found."""
    left = {"recordings_left": 0, "index_entries_left": 0, "exports_left": 0, "copies_kept": False}
    found = {"objects": objects, "bytes": objects * 9_431, "sessions": sessions}
    return {**found, "exports": exports, "index_entries": sessions, "rounds": 2, **left}


def exported(letter: str, session: str | None, ago_ms: int, **changes: Any) -> dict[str, Any]:
    """Return an export as the API lists it, running unless `changes` say otherwise."""
    return {
        "id": operation(letter),
        "kind": "session" if session else "tenant",
        "session": session,
        "by": ANA,
        "ordered_ms": now_ms() - ago_ms,
        "state": "running",
        "error": None,
        "objects": 0,
        "expires_ms": None,
        "manifest": None,
        **changes,
    }


def change(kind: str, step: str, **changes: Any) -> dict[str, Any]:
    """Return a change of the seal that stands at `step`."""
    decided = kind == "change_seal" and STEPS[kind].index(step) > STEPS[kind].index("canary")
    return {
        "id": operation("s"),
        "kind": kind,
        "state": "running",
        "step": step,
        "steps": STEPS[kind],
        "error": None,
        "done": 0,
        "total": None,
        "mode": "customer_managed" if kind == "change_seal" else None,
        "abortable": not decided,
        "aborted": False,
        "proof": None,
        **changes,
    }


def proof(key: str = OWN_KEY) -> dict[str, Any]:
    """Return what the owner of a key is asked to do."""
    return {
        "key": key,
        "label": "sealtape-proof",
        "value": "q2wz7mh4kf5xj3tn6vbp2rcayd",
        "expires": "2026-11-24T16:00:00+00:00",
        "agent": "service-415104041262@gs-project-accounts.iam.gserviceaccount.com",
        "viewer": "provision-bucket@acme-replay.iam.gserviceaccount.com",
    }


def google_seal() -> dict[str, Any]:
    """Return the seal of a new tenant."""
    return {
        "mode": "google_managed",
        "kms_key": None,
        "location": "europe-west1",
        "state": "available",
        "reason": None,
        "operation": None,
    }


@dataclass
class Vault:
    """What the vault's pages show. Tests change it between requests."""

    erasures: list[dict[str, Any]] = field(default_factory=list)
    exports: list[dict[str, Any]] = field(default_factory=list)
    seal: dict[str, Any] = field(default_factory=google_seal)
    parts: dict[str, bytes] = field(default_factory=dict)

    def add_parts(self, export: dict[str, Any], *parts: bytes) -> None:
        """Make `export` ready, with these parts."""
        rows = []
        for number, data in enumerate(parts, start=1):
            self.parts[f"/v1/exports/{export['id']}/parts/{number}"] = data
            digest = hashlib.sha256(data).hexdigest()
            rows.append({"n": number, "bytes": len(data), "sha256": digest, "objects": 7 * number})
        named = {"version": 1, "export": export["id"], "session": export["session"]}
        export["expires_ms"] = export["ordered_ms"] + DAY_MS
        export["objects"] = sum(row["objects"] for row in rows)
        export.update(state="ready", manifest={**named, "parts": rows})

    def read(self, path: str, role: str) -> Reply | None:
        """Answer a GET of the vault, or return None for any other."""
        if path == "/v1/seal":
            return (200, self.seal) if role in READERS else FORBIDDEN
        if path == "/v1/erasures":
            return (200, {"erasures": self.erasures}) if role in READERS else FORBIDDEN
        if path == "/v1/exports":
            return (200, {"exports": self.exports}) if role in EDITORS else FORBIDDEN
        for row in self.erasures:
            if path == f"/v1/erasures/{row['id']}":
                return 200, {**row, "receipt": "signed" if row["done_ms"] else None}
        return None

    def part(self, path: str, asked: str | None) -> bytes | None:
        """Return the range of a part that is asked for, or None if there is no such part."""
        data = self.parts.get(path)
        found = RANGE.fullmatch(asked or "")
        if data is None or found is None:
            return data
        return data[int(found[1]) : int(found[2]) + 1]

    def change(self, method: str, path: str, body: dict[str, Any], role: str) -> Reply | None:
        """Answer a change of the vault, or return None for any other."""
        if path == "/v1/erasures":
            return self._erase(body, role)
        if path == "/v1/exports":
            return self._export(body, role)
        if path.startswith("/v1/seal"):
            return self._seal(method, path, body) if role in OWNER else FORBIDDEN
        return None

    def _erase(self, body: dict[str, Any], role: str) -> Reply:
        everything = body["kind"] == "tenant"
        if role not in (OWNER if everything else EDITORS):
            return FORBIDDEN
        if everything and body["name"] != NAME:
            return 400, {"code": "malformed", "detail": "`name`: the tenant's"}
        what = {name: value for name, value in body.items() if name != "name"}
        self.erasures.insert(0, erasure("nopqrstu"[len(self.erasures)], what, 0))
        for row in self.exports:
            row.update(state="removed", manifest=None)
        return 202, self.erasures[0]

    def _export(self, body: dict[str, Any], role: str) -> Reply:
        if role not in EDITORS:
            return FORBIDDEN
        made = exported("nopqrstu"[len(self.exports)], body.get("session"), 0)
        self.exports.insert(0, made)
        return 202, made

    def _seal(self, method: str, path: str, body: dict[str, Any]) -> Reply:
        running = self.seal["operation"] and self.seal["operation"]["state"] == "running"
        if path == "/v1/seal/abort":
            self.seal["operation"].update(
                state="failed", error="seal_aborted", abortable=False, aborted=True
            )
        elif running:
            return 409, {"code": "seal_busy", "detail": "another change is under way"}
        elif method == "PUT":
            key = body.get("kms_key")
            if key and "/locations/europe-west1/" not in key:
                detail = "the key must be in europe-west1, where the recordings are"
                return 422, {"code": "seal_key_refused", "detail": detail}
            asked = {**proof(key), "agent": None, "viewer": None} if key else None
            made = change("change_seal", "prove", mode=body["mode"], proof=asked)
            self.seal["operation"] = made
        else:
            self.seal["operation"] = change("reseal", "grant")
        return 202, self.seal


def busy_vault() -> Vault:
    """Return a vault that was used for a while."""
    visit, other = (f"s_{letter * 26}" for letter in "mn")
    now = now_ms()
    vault = Vault(
        erasures=[
            erasure("a", {"kind": "session", "session": visit}, 90_000, erased={"objects": 12}),
            erasure("b", {"kind": "user", "user": "9e3779b97f4a7c15"}, 2 * HOUR_MS, **done(41, 6)),
            erasure(
                "c",
                {"kind": "range", "from_ms": now - 4 * DAY_MS, "to_ms": now - 3 * DAY_MS},
                3 * DAY_MS,
                state="failed",
                error="erasure_copies_kept",
            ),
            erasure(
                "d",
                {"kind": "session", "session": other},
                9 * DAY_MS,
                by=OPERATOR,
                replay_of=operation("e"),
                **done(3, 1),
            ),
        ],
        exports=[
            exported("a", None, 60_000, objects=1_204),
            exported("b", other, 90 * 60_000),
            exported("c", None, 2 * DAY_MS, state="removed", objects=8_211),
            exported("d", visit, 5 * DAY_MS, state="failed", error="seal_unavailable"),
        ],
    )
    vault.add_parts(vault.exports[1], b"first part" * 90_000, b"second part" * 1_300)
    return vault


def done(objects: int, sessions: int) -> dict[str, Any]:
    """Return what changes when an erasure is done."""
    return {"state": "done", "done_ms": now_ms() - 60_000, "erased": facts(objects, sessions)}
