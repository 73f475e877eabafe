"""Boot a staged function in a virtual environment of its own: `make verify/<function>`."""

import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from infra.local import ports
from infra.local.processes import Process, StartFailed
from infra.local.stack import ROOT, Stack


def boot(name: str, venv: Path) -> int:
    """Start `build/<name>` as the buildpack does and ask for a path that does not exist.

    Returns: the status of the answer; 404 as a problem document shows that the function is up.
    Raises: StartFailed.
    """
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), ports.free(), persist=False, progress=lambda _: None)
        port = getattr(stack.ports, name)
        command = [
            str(venv / "bin" / "python"),
            "-P",  # as deployed: nothing but the staged folder and its requirements
            str(venv / "bin" / "functions-framework"),
            *("--source", str(ROOT / "build" / name / "main.py"), "--target", name),
            *("--host", "127.0.0.1", "--port", str(port)),
        ]
        metadata = stack.start_metadata()
        process = Process(name, command, stack.environment(name), Path(folder))
        try:
            metadata.announced()
            process.listening(port)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/nothing-here", timeout=30) as ok:
                return int(ok.status)
        except urllib.error.HTTPError as refused:
            return refused.code if "problem+json" in refused.headers["Content-Type"] else 500
        finally:
            process.stop()
            metadata.stop()
            sys.stderr.write(process.log.read_text())


if __name__ == "__main__":
    try:
        status = boot(sys.argv[1], Path(sys.argv[2]))
    except StartFailed as failure:
        sys.exit(f"{sys.argv[1]}: {failure}")
    if status >= 500:
        sys.exit(f"{sys.argv[1]}: answered {status}")
    print(f"{sys.argv[1]}: boots with its own requirements alone")
