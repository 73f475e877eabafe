#!/usr/bin/env bash
# Secrets, each readable by the accounts of the functions that use it and nobody else, and their
# first versions. Later versions come from `make rotate-signing-key`.
source "$(dirname "$0")/common.sh"
step "secrets"
"$PYTHON" -m infra.secrets_admin readers | while read -r secret readers; do
  there secrets describe "$secret" </dev/null ||
    g secrets create "$secret" --replication-policy=user-managed --locations="$REGION" </dev/null
  for reader in $readers; do
    g secrets add-iam-policy-binding "$secret" --member="serviceAccount:$(account "$reader")" \
      --role=roles/secretmanager.secretAccessor --condition=None --format=none </dev/null
  done
done
"$PYTHON" -m infra.secrets_admin seed --project "$PROJECT"
