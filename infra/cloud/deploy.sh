#!/usr/bin/env bash
# `make deploy PROJECT=... REGION=...`: everything, in the order in which one needs the other.
source "$(dirname "$0")/common.sh"
for part in apis accounts databases keys secrets functions scheduler; do
  bash "infra/cloud/$part.sh"
done
NUMBER=$(number)
echo
echo "console    ${CONSOLE_ORIGIN:-$(address console-api)}"
echo "handshake  $(address handshake)"
echo "tenants    $(address provision-bucket)/v1/tenants (docs/operations.md)"
