#!/usr/bin/env bash
# Make the virtual environment, and node inside it where the machine has none.
set -euo pipefail
cd "$(dirname "$0")/.."

python=""
for candidate in python3.13 python3.12 python3.11 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "Sealtape needs Python 3.11 or newer: install it (Debian, Ubuntu: apt install python3 python3-venv)." >&2
  exit 1
fi
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "making a virtual environment with $("$python" --version)"
  rm -rf .venv
  "$python" -m venv .venv
fi
echo "installing the Python packages (about a minute on the first run)"
.venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt

if ! PATH=${PATH#*"$PWD/.venv/bin:"} node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null; then
  echo "no node 20 or newer here: installing one inside the virtual environment"
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements-node.txt
fi
