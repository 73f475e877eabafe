"""Watches: the state of tenants' keys, looked at now and then, so that the console can say why."""

from collections.abc import Sequence

from lib.seal import shredding
from lib.seal.tools import Tools
from lib.seals import KeyState, Seal
from lib.vault.cloud_keys import Key

EVERY_S = 300.0  # a key's state may be this old; ingest notices at once by itself
MAX_LOOKS = 20  # keys per tick, three calls each: a chore takes a second or two, no more

REASONS = {
    "DISABLED": "disabled",
    "DESTROY_SCHEDULED": "destroy_scheduled",
    "DESTROYED": "destroyed",
}


class KeyWatch:
    """The tick's chore that looks at keys."""

    def __init__(self, tools: Tools) -> None:
        """Keep the tools."""
        self._records = tools.records
        self._keys = tools.keys
        self._operations = tools.operations
        self._clock = tools.clock

    def look(self) -> int:
        """Look at the keys that were longest not looked at; return how many."""
        now = self._clock()
        due = self._records.unchecked_since(now - EVERY_S, MAX_LOOKS)
        for tenant in due:
            key = tenant.seal.key
            if key is None:
                continue
            states, found = self._keys.version_states(key), self._keys.find(key)
            state, reason = self._judge(key, found, states)
            seal = Seal("customer_managed", key, state, reason)
            self._records.observe(tenant.id, seal, now, found.primary_made if found else None)
            if states and all(each == "DESTROYED" for each in states):
                self._operations.start(shredding.operation(tenant.id, key, now))
        return len(due)

    def _judge(
        self, key: str, found: Key | None, states: Sequence[str] | None
    ) -> tuple[KeyState, str | None]:
        if states is None or found is None:
            return "unknown", "not_visible"
        if found.primary_state != "ENABLED":
            return "unavailable", REASONS.get(found.primary_state or "", "no_primary_version")
        if self._keys.agent_may_use(key) is False:
            return "unavailable", "permission_removed"
        return "available", None
