"""Proofs: whoever may change a key's labels shows that they want it for this tenant.

A pending proof holds nothing: two tenants may wait for the same key, and a nonce is one tenant's.
"""

from lib.identifiers import RandomBytes, random_base32
from lib.operations import Operation
from lib.seals import KeyRefused, ProofExpired, check_location, part
from lib.ticks import Later
from lib.vault.cloud_keys import CloudKeys, Key

LABEL = "sealtape-proof"
NONCE_LETTERS = 26  # 130 bits; a label's value has up to 63 of a-z, 0-9, - and _
PROOF_S = 24 * 3600
POLL_S = 15.0  # how often a pending proof is looked for


def new_nonce(random: RandomBytes) -> str:
    """Return a fresh label value."""
    return random_base32(NONCE_LETTERS, random)


def expires(operation: Operation) -> float:
    """Return when (Unix s) the operation stops waiting for its proof."""
    return operation.created.timestamp() + PROOF_S


class Proofs:
    """Looks for proofs on keys that live in customers' own projects."""

    def __init__(self, keys: CloudKeys, viewer: str, own_projects: frozenset[str]) -> None:
        """Keep the keys.

        Args: viewer: the account that looks. own_projects: the operator's, by id and by number.
        """
        self._keys = keys
        self._viewer = viewer
        self._own_projects = own_projects

    def asked(self) -> dict[str, str]:
        """Return the accounts that the key's owner must let use it and see it."""
        return {"agent": self._keys.agent, "viewer": self._viewer}

    def canonical(self, operation: Operation, location: str, now: float) -> str:
        """Return the name that Cloud KMS itself gives the proven key.

        Raises: Later: not proven yet. ProofExpired. KeyRefused.
        """
        wanted = operation.input["kms_key"]
        self._check_project(wanted)
        found = self._keys.find(wanted)
        if found is None or found.labels.get(LABEL) != operation.input["nonce"]:
            if now >= expires(operation):
                raise ProofExpired("the key did not carry the label within a day")
            raise Later(min(now + POLL_S, expires(operation)), "")
        self._check(found, location)
        return found.name

    def _check(self, key: Key, location: str) -> None:
        self._check_project(key.name)  # asked for by number, say
        check_location(key.name, location)
        if not key.encrypts:
            raise KeyRefused("the key's purpose must be symmetric encryption")

    def _check_project(self, name: str) -> None:
        if part(name, "project") in self._own_projects:
            raise KeyRefused("keys of this project belong to the operator")
