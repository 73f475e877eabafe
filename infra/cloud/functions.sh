#!/usr/bin/env bash
# The four functions, from build/<function> as `make stage` leaves it (docs/decisions/0009).
# ONLY="ingest" deploys those that it names. Secrets stay pinned to the versions that are deployed.
source "$(dirname "$0")/common.sh"
NUMBER=$(number)
INGEST_URL=${INGEST_URL:-$(address ingest)/v1/ingest}
CONSOLE_ORIGIN=${CONSOLE_ORIGIN:-$(address console-api)}
HANDSHAKE_URL=${HANDSHAKE_URL:-$(address handshake)}

deploy() { # deploy FUNCTION ENVIRONMENT [FLAG...]
  local function=$1 environment=$2 service=${1//_/-} secrets
  shift 2
  case " ${ONLY:-$function} " in *" $function "*) ;; *) return ;; esac
  step "$function"
  secrets=$("$PYTHON" -m infra.secrets_admin pins "$function" --project "$PROJECT" --region "$REGION")
  g run deploy "$service" --region="$REGION" --source="build/$function" --function="$function" \
    --base-image=python313 --service-account="$(account "$service")" \
    --build-service-account="projects/$PROJECT/serviceAccounts/$(account builder)" \
    --set-env-vars="GOOGLE_CLOUD_PROJECT=$PROJECT$environment" \
    ${secrets:+"--set-secrets=$secrets"} \
    --cpu=1 --concurrency=80 --min-instances=0 --max-instances="${MAX_INSTANCES:-20}" "$@"
}

step "where images are kept"
there artifacts repositories describe cloud-run-source-deploy --location="$REGION" ||
  g artifacts repositories create cloud-run-source-deploy --location="$REGION" \
    --repository-format=docker

# --no-invoker-iam-check lets everybody in without granting a role to everybody, and goes on
# working where an organisation restricts who may be granted roles.
deploy ingest "" --memory=512Mi --timeout=60 --no-invoker-iam-check
urls=",INGEST_URL=$INGEST_URL,CONSOLE_URL=$CONSOLE_ORIGIN"
deploy handshake "$urls${COUNTRY_HEADER:+,COUNTRY_HEADER=$COUNTRY_HEADER}" \
  --memory=512Mi --timeout=30 --no-invoker-iam-check
accounts=",INGEST_ACCOUNT=$(account ingest),CONSOLE_API_ACCOUNT=$(account console-api)"
accounts+=",RESEALER_ACCOUNT=$(account resealer),PROJECT_NUMBER=$NUMBER"
embed=",HANDSHAKE_URL=$HANDSHAKE_URL${SDK_URL:+,SDK_URL=$SDK_URL}"
deploy console_api ",CONSOLE_ORIGIN=$CONSOLE_ORIGIN$embed$accounts" \
  --memory=1Gi --timeout=60 --no-invoker-iam-check
deploy provision_bucket ",PROVISION_BUCKET_ACCOUNT=$(account provision-bucket)$accounts" \
  --memory=512Mi --timeout=120 --invoker-iam-check --no-allow-unauthenticated
