"""A small state that survives a restart: one JSON file, rewritten whole at each change."""

import json
import os
from pathlib import Path

from infra.local.wire.messages import Json


class Saved:
    """A JSON object in memory and, if it has a path, in a file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.document: Json = {}
        if path is not None and path.exists():
            self.document = json.loads(path.read_text())

    def save(self) -> None:
        """Write the file; a reader sees the old or the new state, never half of one."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self.document))
        os.replace(fresh, self._path)
