"""Rotating the key that signs session tokens, without a moment in which a good token is refused.

Three steps, each a deployment: *publish* the new public key to ingest and handshake; let handshake
*sign* with the new private key; *retire* the old key when no token that it signed is alive.
What was done already is read from Secret Manager and from what is deployed, so that a rotation
that was cut short anywhere goes on where it was when it is started again.
"""

from collections.abc import Callable
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from infra.secrets_admin.contents import PUBLIC, SIGNING, new_signing_key, public_key
from infra.secrets_admin.store import Secrets
from lib.signing_keys import jwk_set, public_keys, thumbprint
from lib.tokens import LEEWAY_S, SESSION_MAX_S

SIGNER: Final = "handshake"
VERIFIERS: Final = ("ingest", "handshake")  # a handshake reads resume tokens

# From the moment in which a revision is made until the last instance of the one before is gone:
# Cloud Run starts an instance within 4 minutes or gives up, and ends requests after 5 by default.
ROLLOUT_S = 900
# A resume token, renewed by each handshake, ends with its visit.
RETIRE_AFTER_S = SESSION_MAX_S + LEEWAY_S + ROLLOUT_S


class Deployment(Protocol):
    """Where the functions run."""

    def pinned(self, function: str) -> dict[str, int]:
        """Return variable -> version of its secret that the serving revision holds."""

    def changed(self, function: str) -> float:
        """Return when the serving revision was made, Unix s."""

    def deploy(self, function: str, versions: dict[str, int]) -> None:
        """Replace a function's instances by ones with other versions; return once none is left."""


class RotationRefused(Exception):
    """A step that would be wrong now; the message says what to do instead."""


class Rotation:
    """The rotation of one installation."""

    def __init__(
        self,
        secrets: Secrets,
        deployment: Deployment,
        *,
        clock: Callable[[], float],
        progress: Callable[[str], None],
    ) -> None:
        """Keep the parts. Args: clock: Unix s. progress: told each step."""
        self._secrets = secrets
        self._deployment = deployment
        self._clock = clock
        self._say = progress

    def rotate(self) -> None:
        """Publish a new key and sign with it.

        Raises: RotationRefused: the key before this one has not been retired yet.
        """
        signing = self._deployment.pinned(SIGNER)["SESSION_SIGNING_KEY"]
        newest = self._secrets.versions(SIGNING)[-1]
        if newest == signing:
            if len(self._published()[1]) > 1:
                raise RotationRefused("an old key is still published: retire it first")
            newest = self._secrets.add(SIGNING, new_signing_key())
            self._say(f"made {SIGNING} version {newest}")
        self._publish(newest)
        self._say(f"{SIGNER} signs with {SIGNING} version {newest}")
        self._deployment.deploy(SIGNER, {"SESSION_SIGNING_KEY": newest})

    def retire(self) -> None:
        """Take the old key out of the published set, and destroy its private half.

        Raises: RotationRefused: a token that the old key signed may still be alive.
        """
        signing = self._deployment.pinned(SIGNER)["SESSION_SIGNING_KEY"]
        if self._secrets.versions(SIGNING)[-1] != signing:
            raise RotationRefused("the newest key does not sign yet: rotate first")
        key = public_key(self._secrets.read(SIGNING, signing))
        version, published = self._published()
        if set(published) != {thumbprint(key)}:
            left_s = self._deployment.changed(SIGNER) + RETIRE_AFTER_S - self._clock()
            if left_s > 0:
                minutes = int(left_s // 60) + 1
                raise RotationRefused(f"tokens of the old key may be alive: wait {minutes} minutes")
            version = self._secrets.add(PUBLIC, jwk_set([key]))
        self._deploy_set(version)
        for name, keep in ((SIGNING, signing), (PUBLIC, version)):
            for old in self._secrets.versions(name):
                if old < keep:
                    self._secrets.destroy(name, old)
                    self._say(f"destroyed {name} version {old}")

    def _publish(self, newest: int) -> None:
        """Let every verifier know the newest signing key beside those that it knows."""
        key = public_key(self._secrets.read(SIGNING, newest))
        version, published = self._published()
        if thumbprint(key) not in published:
            version = self._secrets.add(PUBLIC, jwk_set([*published.values(), key]))
        self._deploy_set(version)

    def _published(self) -> tuple[int, dict[str, EllipticCurvePublicKey]]:
        """Return the newest set's version, and its keys by their names."""
        version = self._secrets.versions(PUBLIC)[-1]
        return version, public_keys(self._secrets.read(PUBLIC, version))

    def _deploy_set(self, version: int) -> None:
        for function in VERIFIERS:
            if self._deployment.pinned(function)["SESSION_PUBLIC_KEYS"] != version:
                self._say(f"{function} verifies by {PUBLIC} version {version}")
                self._deployment.deploy(function, {"SESSION_PUBLIC_KEYS": version})
