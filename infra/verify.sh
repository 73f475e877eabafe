#!/usr/bin/env bash
# Boot build/<function> in a virtual environment that holds its own requirements and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1
venv=.cache/verify-$name
if ! cmp -s "build/$name/requirements.txt" "$venv/installed.txt"; then
  echo "$name: installing its requirements alone"
  rm -rf "$venv"
  .venv/bin/python -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "build/$name/requirements.txt"
  cp "build/$name/requirements.txt" "$venv/installed.txt"
fi
"$PWD/.venv/bin/python" -m infra.local.verify "$name" "$PWD/$venv"
