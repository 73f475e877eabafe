#!/usr/bin/env bash
# The key ring for tenants' keys in this region (provision_bucket makes those of other regions),
# and the account by which Cloud Storage uses keys: it exists once somebody asked for it.
source "$(dirname "$0")/common.sh"
step "key ring"
there kms keyrings describe sealtape --location="$REGION" ||
  g kms keyrings create sealtape --location="$REGION"
g storage service-agent >/dev/null
