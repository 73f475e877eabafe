#!/usr/bin/env bash
# Make sure that the tests find a browser; infra/local/chromium.py looks in the same places.
set -euo pipefail
cd "$(dirname "$0")/.."
found() { .venv/bin/python -m infra.local.chromium >/dev/null 2>&1; }
found && exit 0
echo "no Chromium or Chrome found: trying Playwright's own"
if .venv/bin/playwright install chromium >/dev/null 2>&1 && found; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "trying the system's package"
  if apt-get update -qq && apt-get install -y -qq chromium >/dev/null && found; then exit 0; fi
fi
exec .venv/bin/python -m infra.local.chromium  # says what is missing, and fails
