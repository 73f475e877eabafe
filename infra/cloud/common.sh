# Sourced by every script here: what they need to know, and how they speak to the project.
# Each of them may be run again at any time: it makes what is missing and leaves the rest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
: "${PROJECT:?which project? make deploy PROJECT=... REGION=...}"
: "${REGION:?which region? make deploy PROJECT=... REGION=...}"
PYTHON=${PYTHON:-$PWD/.venv/bin/python}

g() { gcloud "$@" --project="$PROJECT" --quiet; }
there() { g "$@" >/dev/null 2>&1; } # there SOMETHING describe NAME: does it exist already?
step() { echo "== $*"; }
account() { echo "$1@$PROJECT.iam.gserviceaccount.com"; }

google() { # google METHOD URL BODY: what gcloud has no command for
  # The token goes in by a file descriptor, so that no list of processes shows it.
  curl --silent --show-error --fail --request "$1" "$2" --data "$3" \
    --header 'Content-Type: application/json' --header "X-Goog-User-Project: $PROJECT" \
    --header @<(echo "Authorization: Bearer $(gcloud auth print-access-token --quiet)")
}

# number: the project's, which also stands in the addresses that Cloud Run gives to its services.
number() { gcloud projects describe "$PROJECT" --format='value(projectNumber)' --quiet; }
address() { echo "https://$1-$NUMBER.$REGION.run.app"; }
