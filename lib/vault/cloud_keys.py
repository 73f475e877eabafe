"""Keys of Cloud KMS: read, made, and never used. Cloud Storage alone encrypts with them.

Source: https://docs.cloud.google.com/kms/docs/reference/rest
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists, Conflict, Forbidden, NotFound

from lib.identifiers import TenantId

if TYPE_CHECKING:
    from google.cloud.kms import KeyManagementServiceClient

RING = "sealtape"  # of the operator's own keys, one ring in each location
USER_ROLE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
VIEWER_ROLE = "roles/cloudkms.viewer"  # what we ask of a customer: labels and states, no use
ENCRYPT_DECRYPT = 1  # google.cloud.kms.CryptoKey.CryptoKeyPurpose
POLICY_VERSION = 3


@dataclass(frozen=True, slots=True)
class Key:
    """A key as Cloud KMS shows it. `name` is canonical; states are those of its versions."""

    name: str
    encrypts: bool
    labels: Mapping[str, str]
    primary: str | None
    primary_state: str | None
    primary_made: datetime | None = None


class CloudKeys:
    """Keys, as the account of provision_bucket sees them."""

    def __init__(self, client: "KeyManagementServiceClient", project: str, agent: str) -> None:
        """Keep the client.

        Args: project: where the operator's own keys live. agent: the account by which Cloud
        Storage uses keys for this project's buckets.
        """
        self._client = client
        self.project = project
        self.agent = agent

    def find(self, name: str) -> Key | None:
        """Return the key, or None if it does not exist or we may not see it: never told apart."""
        try:
            found = self._client.get_crypto_key(name=name)
        except (Forbidden, NotFound):
            return None
        primary = found.primary
        return Key(
            name=found.name,
            encrypts=int(found.purpose) == ENCRYPT_DECRYPT,
            labels=dict(found.labels),
            primary=primary.name or None,
            primary_state=primary.state.name if primary.name else None,
            primary_made=primary.create_time if primary.name else None,
        )

    def version_states(self, name: str) -> list[str] | None:
        """Return the state of every version of the key, or None if we may not see them."""
        try:
            versions = self._client.list_crypto_key_versions(parent=name)
            return [version.state.name for version in versions]
        except (Forbidden, NotFound):
            return None

    def version_state(self, version: str) -> str | None:
        """Return the state of one version, or None if we may not see it."""
        try:
            return str(self._client.get_crypto_key_version(name=version).state.name)
        except (Forbidden, NotFound):
            return None

    def own_name(self, tenant: TenantId, location: str) -> str:
        """Return the name of the key that the operator keeps for `tenant`: one, for ever."""
        return f"projects/{self.project}/locations/{location}/keyRings/{RING}/cryptoKeys/{tenant}"

    def ensure_own(self, tenant: TenantId, location: str) -> str:
        """Make the operator's key for `tenant` usable by Cloud Storage, and return its name."""
        name = self.own_name(tenant, location)
        ring = name.partition("/cryptoKeys/")[0]
        try:
            parent = ring.partition("/keyRings/")[0]
            self._client.create_key_ring(request={"parent": parent, "key_ring_id": RING})
        except (AlreadyExists, Conflict):
            pass  # REST raises the one, gRPC the other
        try:
            key = {"purpose": ENCRYPT_DECRYPT}
            self._client.create_crypto_key(
                request={"parent": ring, "crypto_key_id": tenant, "crypto_key": key}
            )
        except (AlreadyExists, Conflict):
            self._revive(name)
        self._let_storage_use(name)
        return name

    def agent_may_use(self, name: str) -> bool | None:
        """Say whether the key's own policy lets Cloud Storage use it; None if we may not see."""
        try:
            policy = self._client.get_iam_policy(request=_policy_request(name))
        except (Forbidden, NotFound):
            return None
        return _grants(policy, f"serviceAccount:{self.agent}")

    def schedule_destruction(self, name: str) -> None:
        """Schedule the destruction of every version of one of the operator's keys."""
        for version in self._client.list_crypto_key_versions(parent=name):
            if version.state.name in ("ENABLED", "DISABLED"):
                self._client.destroy_crypto_key_version(name=version.name)

    def _revive(self, name: str) -> None:
        """Give a key whose primary version is destroyed a new one."""
        found = self.find(name)
        if found is None or found.primary_state not in (None, "DESTROYED"):
            return
        # A version that an interrupted run added is used, not added again.
        versions = list(self._client.list_crypto_key_versions(parent=name))
        enabled = [each.name for each in versions if each.state.name == "ENABLED"]
        if not enabled:
            added = self._client.create_crypto_key_version(request={"parent": name})
            enabled = [added.name]
        self._client.update_crypto_key_primary_version(
            name=name, crypto_key_version_id=enabled[-1].rpartition("/")[2]
        )

    def _let_storage_use(self, name: str) -> None:
        member = f"serviceAccount:{self.agent}"
        policy = self._client.get_iam_policy(request=_policy_request(name))
        if _grants(policy, member):
            return
        policy.bindings.add(role=USER_ROLE, members=[member])
        self._client.set_iam_policy(request={"resource": name, "policy": policy})  # with its etag


def _policy_request(name: str) -> dict[str, Any]:
    return {"resource": name, "options": {"requested_policy_version": POLICY_VERSION}}


def _grants(policy: Any, member: str) -> bool:
    return any(
        binding.role == USER_ROLE and member in binding.members for binding in policy.bindings
    )
