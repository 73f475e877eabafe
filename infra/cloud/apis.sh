#!/usr/bin/env bash
# Switch on the services that Sealtape uses.
source "$(dirname "$0")/common.sh"
step "services"
g services enable artifactregistry.googleapis.com cloudbuild.googleapis.com \
  cloudkms.googleapis.com cloudscheduler.googleapis.com firebaserules.googleapis.com \
  firestore.googleapis.com iam.googleapis.com iamcredentials.googleapis.com \
  run.googleapis.com secretmanager.googleapis.com storage.googleapis.com sts.googleapis.com
