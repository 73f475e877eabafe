"""Run by gcloud's own Python: parse commands without running one, since nobody is signed in.

Reads a JSON list of argument lists, prints a JSON list of what gcloud said to each. One process
for all of them: starting gcloud takes a second, parsing a command takes hundredths.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path


def said(cli: object, arguments: list[str]) -> str:
    """Return what gcloud writes to stderr, by its file descriptor: it keeps no other hold on it."""
    with tempfile.TemporaryFile() as written:
        kept = os.dup(2)
        os.dup2(written.fileno(), 2)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
                cli.Execute(arguments)  # type: ignore[attr-defined]
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
        written.seek(0)
        return written.read().decode()


def main() -> None:
    """Parse everything."""
    library = Path(sys.argv[1]) / "lib"
    sys.path[:0] = [str(library), str(library / "third_party")]
    from googlecloudsdk import gcloud_main  # type: ignore[import-not-found]

    cli = gcloud_main.CreateCLI([])
    print(json.dumps([said(cli, arguments) for arguments in json.load(sys.stdin)]))


if __name__ == "__main__":
    main()
