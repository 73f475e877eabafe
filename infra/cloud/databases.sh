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
  local token ruleset body
  token=$(gcloud auth print-access-token --quiet)
  call() { # the token goes in by a file descriptor, so that no list of processes shows it
    curl --silent --show-error --fail --header @<(echo "Authorization: Bearer $token") \
      --header 'Content-Type: application/json' --request "$1" "$2" --data "$3"
  }
  body=$("$PYTHON" -c 'import json, pathlib
text = pathlib.Path("infra/firestore.rules").read_text()
print(json.dumps({"source": {"files": [{"name": "firestore.rules", "content": text}]}}))')
  ruleset=$(call POST "$api/rulesets" "$body" |
    "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["name"])')
  body="{\"name\":\"projects/$PROJECT/releases/$release\",\"rulesetName\":\"$ruleset\"}"
  call PATCH "$api/releases/$release" "{\"release\":$body}" >/dev/null ||
    call POST "$api/releases" "$body" >/dev/null
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
  tolerant g firestore "${arguments[@]}" </dev/null
done
