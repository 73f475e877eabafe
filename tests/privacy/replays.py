"""Replays: what was stored, drawn by rrweb's player in a bare page."""

import gzip
import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.privacy.sites import HERE, ROOT

PLAYER = ROOT / ".cache" / "replay.js"
SOURCE = HERE / "replay" / "replay.ts"
SHOWN_BY = ROOT / "console" / "src" / "player"  # what the console does before rrweb's player
RRWEB_SAYS = ("[replayer]", "Failed to adapt css")
SHELL = "<!doctype html><style>body{margin:0;overflow:hidden}.replayer-mouse{display:none}</style>"
# rrweb's own style sheet, for the one thing that matters here: its frame has no border.
FRAME = "<style>iframe{border:none;display:block}</style>"


def bundle_player() -> Path:
    """Return rrweb's player, bundled once for each version of its files."""
    newest = max(each.stat().st_mtime for each in (SOURCE, *SHOWN_BY.iterdir()))
    if not PLAYER.exists() or PLAYER.stat().st_mtime < newest:
        PLAYER.parent.mkdir(exist_ok=True)
        command = [
            str(ROOT / "sdk" / "node_modules" / ".bin" / "esbuild"),
            str(SOURCE),
            "--bundle",
            "--minify",
            "--format=iife",
            "--global-name=Replay",
            "--log-level=error",
            f"--outfile={PLAYER}",
        ]
        paths = {"NODE_PATH": str(ROOT / "console" / "node_modules")}
        subprocess.run(command, check=True, env={**os.environ, **paths})
    return PLAYER


class Player:
    """A page that shows recordings, and hears what the browser says meanwhile."""

    def __init__(self, context: BrowserContext) -> None:
        """Open the page. The context's viewport is the recorded one."""
        self.page: Page = context.new_page()
        self._said: list[str] = []
        self.asked: list[str] = []
        self.page.set_content(SHELL + FRAME)
        self.page.add_script_tag(path=bundle_player())
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        # What the browser says of odd attributes, it has said of the page itself.
        if message.text.startswith(RRWEB_SAYS):
            self._said.append(message.text)

    def show(self, batches: Iterable[bytes]) -> list[str]:
        """Draw the end of a recording; return the warnings.

        Args: batches: stored objects of one page, in order.
        """
        self._said.clear()
        events: list[dict[str, Any]] = [
            json.loads(line) for data in batches for line in gzip.decompress(data).splitlines()
        ]
        warnings = self.page.evaluate("events => Replay.show(events)", events)
        return [*warnings, *self._said]
