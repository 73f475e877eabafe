#!/usr/bin/env bash
# One service account for each function, and what it may do: custom roles, bound to one database
# each. What an account may do in a tenant's bucket or with its key, provision_bucket grants there.
source "$(dirname "$0")/common.sh"

step "service accounts"
for name in handshake ingest console-api provision-bucket resealer scheduler builder; do
  there iam service-accounts describe "$(account "$name")" ||
    g iam service-accounts create "$name" --display-name="Sealtape $name"
done

step "roles"
for file in infra/cloud/roles/*.yaml; do
  role=$(basename "$file" .yaml)
  if there iam roles describe "$role"; then
    g iam roles update "$role" --file="$file"
  else
    g iam roles create "$role" --file="$file"
  fi
done

bind() { # bind ACCOUNT ROLE [CONDITION]: on the project
  g projects add-iam-policy-binding "$PROJECT" --member="serviceAccount:$(account "$1")" \
    --role="$2" --condition="${3:-None}" --format=none
}
within() { # within DATABASE: the condition that a role holds in this database alone
  echo "title=$1,expression=resource.name==\"projects/$PROJECT/databases/$1\""
}
own() { echo "projects/$PROJECT/roles/$1"; }

step "rights in databases"
bind handshake "$(own sealtapeDocumentReader)" "$(within edge-config)"
bind handshake "$(own sealtapeDocumentCreator)" "$(within edge-config)"
bind ingest "$(own sealtapeDocumentReader)" "$(within edge-config)"
bind ingest "$(own sealtapeDocumentNoter)" "$(within edge-index)"
for database in edge-config edge-index console; do
  bind console-api "$(own sealtapeDocumentKeeper)" "$(within $database)"
  bind provision-bucket "$(own sealtapeDocumentKeeper)" "$(within $database)"
done

step "rights over buckets, keys and the resealer"
bind provision-bucket "$(own sealtapeProvisioner)"
bind console-api "$(own sealtapeInspector)"
bind provision-bucket "$(own sealtapeKeyKeeper)"
g iam service-accounts add-iam-policy-binding "$(account resealer)" --format=none \
  --member="serviceAccount:$(account provision-bucket)" --role="$(own sealtapeImpersonator)" \
  --condition=None

step "the account that builds"
bind builder roles/run.builder
