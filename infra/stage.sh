#!/usr/bin/env bash
# Stage one function as it is deployed: main.py, lib and hashed requirements in build/<function>,
# or below another folder: infra/stage.sh ingest /tmp/x
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1
target=${2:-build}/$name
if [ ! -f "functions/$name/main.py" ]; then
  echo "there is no function '$name': see functions/" >&2
  exit 1
fi
rm -rf "$target"
mkdir -p "$target"
cp "functions/$name/main.py" "functions/$name/requirements.txt" "$target/"
cp -r lib "$target/lib"
find "$target" -name __pycache__ -prune -exec rm -rf {} +
if [ "$name" = console_api ]; then
  cp -r console/dist "$target/static"
  cp console/csp.txt sdk/dist/sealtape.js "$target/static/"
fi
