#!/usr/bin/env bash
# Organisation policies for the project. Apart from `make deploy`, because setting them takes
# roles/orgpolicy.policyAdmin, which the person who deploys had better not have.
source "$(dirname "$0")/common.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

set_policy() { # set_policy CONSTRAINT RULE
  printf 'name: projects/%s/policies/%s\nspec:\n  rules:\n  - %s\n' "$PROJECT" "$1" "$2" \
    >"$folder/$1.yaml"
  g org-policies set-policy "$folder/$1.yaml"
}

step "organisation policies"
set_policy storage.publicAccessPrevention 'enforce: true'
set_policy storage.uniformBucketLevelAccess 'enforce: true'
set_policy storage.secureHttpTransport 'enforce: true'
set_policy iam.disableServiceAccountKeyCreation 'enforce: true'
set_policy gcp.restrictTLSVersion 'values: {deniedValues: [TLS_VERSION_1, TLS_VERSION_1_1]}'
