# `make` lists what there is. Every target sets up what it needs by itself.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

FUNCTIONS := handshake ingest console_api provision_bucket
VENV := .venv
PYTHON := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

##@ Use
.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z\/<>_%-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: dev
dev: setup stage ## start everything here: a demo shop, recorded, and the console that replays it
	@$(PYTHON) -m infra.local.dev

.PHONY: demo
demo: setup stage browser ## the same, with a browser that shops for 30 s; prints the link to its session
	@$(PYTHON) -m infra.local.dev --shop

# HOME_REGION: where the functions run, which gcloud knows unless they run in several regions.
IN_PROJECT = $(if $(PROJECT),--project "$(PROJECT)" $(if $(HOME_REGION),--home "$(HOME_REGION)"))

.PHONY: tenant
tenant: setup ## make a tenant: NAME=acme REGION=europe-west1 OWNER=ada@acme.example (ORIGINS=..., RETENTION_DAYS=30, PROJECT=...)
	@$(PYTHON) -m infra.operators $(IN_PROJECT) tenant --name "$(NAME)" --region "$(REGION)" \
	  --owner "$(OWNER)" --origins "$(ORIGINS)" $(if $(RETENTION_DAYS),--retention-days "$(RETENTION_DAYS)")

.PHONY: reissue
reissue: setup ## a new set-up link for an owner who never used theirs: TENANT=acme (KEY=yes: a new SDK key as well)
	@$(PYTHON) -m infra.operators $(IN_PROJECT) reissue "$(TENANT)" $(if $(KEY),--key)

.PHONY: reindex
reindex: setup ## rebuild a tenant's index from its bucket alone: TENANT=acme (PROJECT=...)
	@$(PYTHON) -m infra.vault_orders $(IN_PROJECT) reindex "$(TENANT)"

.PHONY: configure
configure: setup ## bring a tenant's bucket back to what it must be, or to RETENTION_DAYS=60: TENANT=acme (PROJECT=...)
	@$(PYTHON) -m infra.vault_orders $(IN_PROJECT) configure "$(TENANT)" $(if $(RETENTION_DAYS),--retention-days "$(RETENTION_DAYS)")

.PHONY: suspend resume retire
suspend: setup ## stop a tenant's recording within 60 s: TENANT=acme (PROJECT=...)
	@$(PYTHON) -m infra.vault_orders $(IN_PROJECT) suspend "$(TENANT)"

resume: setup ## let it record again: TENANT=acme (PROJECT=...)
	@$(PYTHON) -m infra.vault_orders $(IN_PROJECT) resume "$(TENANT)"

retire: setup ## delete a suspended tenant's recordings, bucket and index for good: TENANT=acme CONFIRM=acme (PROJECT=...)
	@$(PYTHON) -m infra.vault_orders $(IN_PROJECT) retire "$(TENANT)" --confirm "$(CONFIRM)"

.PHONY: tenants
tenants: setup ## list them all (PROJECT=... for a real project)
	@$(PYTHON) -m infra.operators $(IN_PROJECT) tenants

##@ Prove
.PHONY: test
test: setup stage browser ## every test
	@cd sdk && npm test --silent
	@$(PYTHON) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 10

.PHONY: leaks
leaks: setup stage browser ## count planted secrets in what is sent and stored (SEED=... for other pages)
	@$(PYTHON) -m tests.privacy $(if $(SEED),--seed $(SEED))

.PHONY: bench
bench: setup stage ## measure every bar of docs/performance.md: one run, one table
	@$(PYTHON) -m bench

.PHONY: bench-vault
bench-vault: setup ## measure the vault: tenants provisioned, objects resealed (TENANTS=200 OBJECTS=10000)
	@$(PYTHON) -m bench.vault --tenants $(or $(TENANTS),200) --objects $(or $(OBJECTS),10000)

.PHONY: test-cloud
test-cloud: setup ## the contract of Google's services against a real project: PROJECT=...
	@$(if $(PROJECT),,echo "SKIPPED: no project was named (make test-cloud PROJECT=...): nothing was checked against Google Cloud"; exit 0;) \
	  SEALTAPE_CLOUD_PROJECT="$(PROJECT)" $(PYTHON) -m pytest tests/contract -m cloud

.PHONY: fuzz
fuzz: setup ## the parsers that strangers reach, for five minutes (MINUTES=1 for one)
	@$(PYTHON) -m tests.fuzz.run --minutes $(or $(MINUTES),5)

.PHONY: check
check: setup ## formatting, lint and types
	@ruff format --check . && ruff check .
	@mypy lib infra tests demo bench
	@for name in $(FUNCTIONS); do mypy functions/$$name/main.py; done
	@cd sdk && npm run check --silent
	@cd console && npm run check --silent

.PHONY: format
format: setup ## format everything
	@ruff format . && ruff check --fix --quiet .
	@cd sdk && npm run format --silent
	@cd console && npm run format --silent

.PHONY: verify
verify: $(FUNCTIONS:%=verify/%) ## boot every staged function with nothing but its own requirements

verify/%: build/% ## boot one of them: make verify/ingest
	@bash infra/verify.sh $*

##@ Build
.PHONY: stage
stage: $(FUNCTIONS:%=build/%) ## stage every function

# Phony on purpose: timestamps would keep deleted modules alive.
.PHONY: $(FUNCTIONS:%=build/%)
build/handshake build/ingest build/provision_bucket: build/%: setup
	@bash infra/stage.sh $*

build/console_api: setup console/dist/index.html
	@bash infra/stage.sh console_api

build/%: ## stage one function as it is deployed: make build/ingest
	@bash infra/stage.sh $*

console/dist/index.html: $(shell find console -path console/node_modules -prune -o -path console/dist -prune -o -type f -print) .cache/npm-console
	@echo "building the console"
	@cd console && npm run build --silent

sdk/dist/sealtape.js: $(shell find sdk -path sdk/node_modules -prune -o -path sdk/dist -prune -o -type f -print) .cache/npm-sdk
	@echo "building the SDK"
	@cd sdk && npm run build --silent

.PHONY: requirements
requirements: setup ## recompile the hashed requirements (UPGRADE=--upgrade for newer versions)
	@bash infra/requirements.sh $(UPGRADE)

##@ Run in Google Cloud (docs/deploy.md)
.PHONY: deploy
deploy: setup stage ## everything that a project needs: PROJECT=... REGION=... (ONLY=ingest for one function)
	@PROJECT="$(PROJECT)" REGION="$(REGION)" bash infra/cloud/$(if $(ONLY),functions,deploy).sh

.PHONY: rotate-signing-key
rotate-signing-key: setup ## a new key signs session tokens: PROJECT=... REGION=..., or what make dev runs
	@$(PYTHON) -m infra.rotation_commands rotate $(if $(PROJECT),--project "$(PROJECT)" --region "$(REGION)")

.PHONY: retire-signing-key
retire-signing-key: setup ## five hours later: nobody believes the old key any more
	@$(PYTHON) -m infra.rotation_commands retire $(if $(PROJECT),--project "$(PROJECT)" --region "$(REGION)")

##@ Set up
.PHONY: setup
setup: .cache/python .cache/npm-sdk .cache/npm-console sdk/dist/sealtape.js ## install what everything needs, inside this folder

.cache/python: requirements-dev.txt requirements-node.txt infra/setup.sh
	@bash infra/setup.sh
	@mkdir -p .cache && touch $@

.cache/npm-%: %/package-lock.json | .cache/python
	@echo "installing the packages of $*"
	@cd $* && npm ci --silent --no-audit --no-fund
	@mkdir -p .cache && touch $@

.PHONY: browser
browser: .cache/python ## find a browser for the tests, or install one
	@bash infra/browser.sh

.PHONY: clean
clean: ## remove everything that was installed, built or recorded here
	@rm -rf $(VENV) .cache build .dev sdk/dist sdk/node_modules console/dist console/node_modules
