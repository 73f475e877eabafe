#!/usr/bin/env bash
# Every minute, Cloud Scheduler lets provision_bucket advance what is due, as account `scheduler`,
# which may do nothing else. OPERATORS=group:... lets a group of people call it, too.
source "$(dirname "$0")/common.sh"
NUMBER=$(number)
step "scheduler"
for member in "serviceAccount:$(account scheduler)" ${OPERATORS:-}; do
  g run services add-iam-policy-binding provision-bucket --region="$REGION" --member="$member" \
    --role=roles/run.invoker --condition=None --format=none
done
verb=create
if there scheduler jobs describe sealtape-tick --location="$REGION"; then verb=update; fi
# No retries: the next minute is one. A tick works for at most 50 s.
g scheduler jobs "$verb" http sealtape-tick --location="$REGION" --schedule='* * * * *' \
  --uri="$(address provision-bucket)/v1/tick" --http-method=POST --attempt-deadline=120s \
  --max-retry-attempts=0 --oidc-service-account-email="$(account scheduler)" \
  --oidc-token-audience="$(address provision-bucket)"
