"""The settings' half of the small console backend: keys, a policy and outcomes in memory."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

ANA = {"id": "u_aaaaaaaaaaaaaaaa", "email": "ana@acme.example"}
BEN = {"id": "u_bbbbbbbbbbbbbbbb", "email": "ben@acme.example"}
OPERATOR = {"id": "operator", "email": None}
HOUR_MS = 3_600_000
PEM = "-----BEGIN PUBLIC KEY-----\nMFkw...\n-----END PUBLIC KEY-----\n"

Reply = tuple[int, dict[str, Any]]


def now_ms() -> int:
    """Return the time of this moment."""
    return int(time.time() * 1000)


def document(version: int, **changes: Any) -> dict[str, Any]:
    """Return a policy."""
    return {
        "version": version,
        "allow": [],
        "selectors": {"mask": [], "block": [], "allow": []},
        "paths": [],
        "sampling": 1,
        "honour": {"gpc": True, "dnt": False},
        **changes,
    }


def key_row(letter: str, label: str, origins: list[str], **changes: Any) -> dict[str, Any]:
    """Return a key as the API lists it."""
    return {
        "id": letter * 12,
        "label": label,
        "origins": origins,
        "state": "active",
        "created_ms": now_ms() - 40 * 24 * HOUR_MS,
        "expires_ms": None,
        "assertion_key": None,
        **changes,
    }


@dataclass
class Settings:
    """What the settings pages show. Tests change it between requests."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    versions: list[tuple[dict[str, Any], dict[str, Any], int]] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with the policy of a new tenant."""
        self.versions.insert(0, (document(1), OPERATOR, now_ms() - 50 * 24 * HOUR_MS))

    def change_policy(self, by: dict[str, Any], ago_ms: int = 0, **changes: Any) -> None:
        """Make the next version."""
        made = document(self.versions[0][0]["version"] + 1, **changes)
        self.versions.insert(0, (made, by, now_ms() - ago_ms))

    def policy(self) -> dict[str, Any]:
        """Answer GET /v1/policy."""
        rows = [
            {"version": made["version"], "created_ms": at, "by": by, "allow": made["allow"]}
            for made, by, at in self.versions
        ]
        return {**rows[0], "hash": "0" * 64, "policy": self.versions[0][0], "history": rows}

    def put_policy(self, body: dict[str, Any]) -> Reply:
        """Answer PUT /v1/policy."""
        if body["version"] != self.versions[0][0]["version"]:
            return 409, {"code": "policy_conflict"}
        if any(":::" in each for each in body["policy"]["selectors"]["mask"]):
            return 422, {"code": "policy_malformed", "detail": "a selector is no selector"}
        self.change_policy(ANA, **body["policy"])
        return 200, self.policy()

    def new_key(self, source: dict[str, Any]) -> Reply:
        """Answer a request that makes a key."""
        if not all(each.startswith("http") for each in source["origins"]):
            return 422, {"code": "origin_refused", "detail": "'shop' is not an origin"}
        wanted = {name: source.get(name) for name in ("label", "origins", "assertion_key")}
        letter = "mnopqrst"[len(self.keys)]
        made = key_row(letter, "", [], created_ms=now_ms()) | wanted
        self.keys.insert(0, made)
        return 201, {**made, "key": f"stk_{letter * 12}_{'k' * 32}_{'c' * 7}"}

    def key_request(self, method: str, path: str, body: dict[str, Any]) -> Reply:
        """Answer a change of a key."""
        if path == "/v1/keys":
            return self.new_key(body)
        name, _, action = path.removeprefix("/v1/keys/").partition("/")
        key = next(each for each in self.keys if each["id"] == name)
        if action == "rotate":
            key["expires_ms"] = now_ms() + body["overlap_hours"] * HOUR_MS
            return self.new_key(key)
        key.update({"state": "disabled"} if action else body)
        return 200, key

    def counted(self, days: int) -> dict[str, Any]:
        """Answer GET /v1/outcomes."""
        today = datetime.now(UTC)
        names = [(today - timedelta(days=n)).strftime("%Y%m%d") for n in reversed(range(days))]
        labels = {key["id"]: key["label"] for key in self.keys}
        rows = [{**row, "day": names[-1 - row["ago"]]} for row in self.outcomes]
        known = sorted({row["key"] for row in rows})
        keys = [{"id": key, "label": labels.get(key)} for key in known]
        return {"days": names, "rows": rows, "keys": keys}

    def read(self, path: str, query: dict[str, list[str]]) -> Reply | None:
        """Answer a GET of the settings, or return None for any other."""
        if path == "/v1/policy":
            return 200, self.policy()
        if path == "/v1/keys":
            return 200, {"keys": self.keys}
        if path == "/v1/outcomes":
            return 200, self.counted(int(query.get("days", ["7"])[0]))
        return None

    def change(self, method: str, path: str, body: dict[str, Any]) -> Reply | None:
        """Answer a change of the settings, or return None for any other."""
        if path == "/v1/policy" and method == "PUT":
            return self.put_policy(body)
        if path.startswith("/v1/keys"):
            return self.key_request(method, path, body)
        return None


def outcome(key: str, ago: int, accepted: int, **changes: Any) -> dict[str, Any]:
    """Return one day's counts of a key."""
    counts = {"duplicate": 0, "masked": 0, "sessions": accepted // 9, "refused": {}}
    counts["handshakes"] = {}
    return {"key": key, "ago": ago, "accepted": accepted, "bytes": accepted * 9_731, **counts} | (
        changes
    )


def busy_settings() -> Settings:
    """Return settings of a tenant that has used the console for a while."""
    shop = ["https://shop.example", "https://*.shop.example"]
    settings = Settings(
        keys=[
            key_row("a", "Shop, production", shop, assertion_key=PEM),
            key_row("b", "Shop, before June", shop, expires_ms=now_ms() + 20 * HOUR_MS),
            key_row("c", "Staging", ["https://staging.shop.example:8443"]),
            key_row("d", "Landing pages", ["https://go.shop.example"], state="disabled"),
        ]
    )
    settings.change_policy(BEN, 9 * 24 * HOUR_MS, allow=["errors"])
    settings.change_policy(
        ANA,
        3 * HOUR_MS,
        allow=["text", "errors"],
        selectors={"mask": [".price", "#greeting"], "block": [".chat"], "allow": []},
    )
    for ago in range(7):
        settings.outcomes.append(outcome("a" * 12, ago, 400 + 310 * ((ago * 5) % 7)))
    settings.outcomes[2]["refused"] = {"batch_too_large": 61, "token_expired": 12}
    settings.outcomes[2]["handshakes"] = {"wrong_origin": 38, "assertion_missing": 4}
    settings.outcomes.append(outcome("c" * 12, 1, 96, masked=214, duplicate=3))
    return settings
