"""The first secrets of a local stack, made once and kept in its folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.secrets_admin import contents


@dataclass(frozen=True, slots=True)
class Keyring:
    """The first version of each secret; a started stack reads them from Secret Manager."""

    session_signing_key: str
    session_public_keys: str
    console_session_secret: str
    user_hash_key: str
    receipt_signing_key: str

    def by_secret(self) -> dict[str, str]:
        """Return secret -> text."""
        return {name.replace("_", "-"): text for name, text in asdict(self).items()}


def load(file: Path) -> Keyring:
    """Return the stack's secrets, making those that are missing; only the owner may read them."""
    kept = json.loads(file.read_text()) if file.exists() else {}
    whole = {**asdict(_make()), **kept}
    if whole != kept:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(whole))
    return Keyring(**whole)


def _make() -> Keyring:
    made = contents.fresh().items()
    return Keyring(**{name.replace("-", "_"): text for name, text in made})
