#!/usr/bin/env bash
# Recompile every requirements.txt from its requirements.in, with hashes. Add --upgrade for newer versions.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-annotate --no-emit-index-url "$@"
}
lock() { # lock SOURCE TARGET [uv's arguments]: hashes are enforced from the file's first line on
  local source=$1 target=$2 plain
  shift 2
  plain=$(mktemp)
  if [ -f "$target" ]; then sed 1d "$target" >"$plain"; fi # versions stay unless --upgrade is given
  compile "$source" --output-file "$plain" "$@" >/dev/null
  { echo '--require-hashes'; cat "$plain"; } >"$target"
  rm "$plain"
}
lock requirements-dev.in requirements-dev.txt "$@"
lock requirements-node.in requirements-node.txt "$@"
for name in handshake ingest console_api provision_bucket; do
  # The tests run with the very versions that are deployed.
  constraint=$(mktemp)
  sed 1d requirements-dev.txt >"$constraint"
  lock "functions/$name/requirements.in" "functions/$name/requirements.txt" --constraint "$constraint"
  rm "$constraint"
done
