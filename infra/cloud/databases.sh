#!/usr/bin/env bash
# Three named Firestore databases: their indexes, their TTL policies, and rules that deny every
# client, since only the functions' service accounts have any business there.
source "$(dirname "$0")/common.sh"
LOCATION=${FIRESTORE_LOCATION:-$REGION}

tolerant() { # run, and call it a success if what is asked for is there already
  local said
  said=$("$@" 2>&1) || grep -qi 'already exists' <<<"$said" || { echo "$said" >&2 && return 1; }
}

rules() { # rules DATABASE: release infra/firestore.rules, which gcloud has no command for
  local api=https://firebaserules.googleapis.com/v1/projects/$PROJECT release=cloud.firestore/$1
  local ruleset body
  body=$("$PYTHON" -c 'import json, pathlib
text = pathlib.Path("infra/firestore.rules").read_text()
print(json.dumps({"source": {"files": [{"name": "firestore.rules", "content": text}]}}))')
  ruleset=$(google POST "$api/rulesets" "$body" |
    "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["name"])')
  body="{\"name\":\"projects/$PROJECT/releases/$release\",\"rulesetName\":\"$ruleset\"}"
  google PATCH "$api/releases/$release" "{\"release\":$body}" >/dev/null ||
    google POST "$api/releases" "$body" >/dev/null
}

for database in edge-config edge-index console; do
  step "database $database"
  there firestore databases describe --database="$database" ||
    g firestore databases create --database="$database" --location="$LOCATION" \
      --type=firestore-native --delete-protection --enable-pitr
  rules "$database"
done

step "indexes and TTL policies"
"$PYTHON" -m infra.cloud.indexes | while IFS=$'\t' read -r -a arguments; do
  if [ "${arguments[0]}" = patch ]; then
    place=https://firestore.googleapis.com/v1/projects/$PROJECT/${arguments[1]}
    google PATCH "$place?updateMask=indexConfig" "${arguments[2]}" >/dev/null
  else
    tolerant g firestore "${arguments[@]}" </dev/null
  fi
done
