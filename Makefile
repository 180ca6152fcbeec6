# The one door. Each target installs what it needs by itself; `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
export PYTHONDONTWRITEBYTECODE := 1
export PYTHONPATH := lib:lambda:infra

PYTHON ?= python3
BIN := .venv/bin
PREFIX ?= suitetoken
REGION ?=
PROFILE ?=
NOTIFY_EMAIL ?=
export PREFIX REGION PROFILE NOTIFY_EMAIL DOMAIN_NAME CERTIFICATE_ARN HOSTED_ZONE_ID PERMISSIONS_BOUNDARY PARAMETERS SECRETS_KEY READER_ACCOUNTS SIGNING_LAYER TAGS DEPLOY_ROLE MONITORING WATCH_MINUTES TERMINATION_PROTECTION

.PHONY: help demo run test test-all webkit lint scan sanity types unit unit-3.13 browser emulator bench soak fuzz screenshots scale package wheel release deploy destroy deployers clean lock

help: ## Print this help
	@echo 'suitetoken: a current NetSuite OAuth 2.0 access token in AWS Secrets Manager'
	@echo
	@awk -F ':.*## ' '/^[a-zA-Z0-9.-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  deploy takes PREFIX=suitetoken REGION=… PROFILE=… NOTIFY_EMAIL=… and more: docs/operations.md'

demo: .venv/ready ## The whole story on this machine, without AWS or NetSuite (headless, under a minute)
	@$(BIN)/python -m local demo

run: .venv/ready ## The local twin in the foreground, to click through; Ctrl-C ends it
	@$(BIN)/python -m local run $(ARGS)

test: browser lint ## What every change needs: lint, scanners, types and the tests on one Python (about five minutes)
	@mkdir -p .build
	@# Scanners and types go beside the tests, on the core that these leave idle; what they say comes at the end.
	@$(MAKE) scan types >.build/checks.txt 2>&1 & checks=$$!; failed=0; \
	  $(MAKE) unit || failed=1; \
	  wait $$checks || { failed=1; cat .build/checks.txt; }; \
	  exit $$failed
	@echo 'Only `make test-all` runs: the tests on Python 3.13, ansible-test, the pages in WebKit, the deployment into an emulator, more examples of each property.'

test-all: export THOROUGH := 1
test-all: export ENGINES := webkit
test-all: browser webkit lint scan types unit unit-3.13 sanity emulator ## All that CI runs: make test, and what it names at its end

# First, so that a machine without a browser is told so before anything else has run.
browser: .venv/ready
ifeq (,$(findstring not browser,$(ARGS)))
	@PYTHONPATH=$(PYTHONPATH):. $(BIN)/python -m tests.browser.installation
endif

webkit: .venv/ready
ifeq (,$(findstring not browser,$(ARGS)))
	@PYTHONPATH=$(PYTHONPATH):. $(BIN)/python -m tests.browser.installation webkit
endif

lint: .venv/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/cfn-lint infra/template.yaml

# What is excepted has its reason beside it: .ansible-lint, .checkov.yaml, infra/validation.py, [tool.bandit] in pyproject.toml.
scan: .build/scan/ready
	@.build/scan/bin/bandit --quiet --configfile pyproject.toml --recursive lib lambda infra
	@mkdir -p .build/policies
	@$(BIN)/python infra/policies.py .build/policies
	@.build/scan/bin/python -W ignore -m parliament.cli --directory .build/policies
	@$(BIN)/python infra/deployers.py .build/deployers --region eu-west-1 --account 111122223333
	@# Not what parliament does not know yet, nor that a list of alarms is for all of them (LOW).
	@.build/scan/bin/python -W ignore -m parliament.cli --minimum_severity MEDIUM --directory .build/deployers
	@.build/scan/bin/checkov --config-file .checkov.yaml
	@.build/scan/bin/python infra/validation.py infra/template.yaml
	@PATH="$(CURDIR)/.build/scan/bin:$$PATH" ANSIBLE_HOME=.build/ansible ANSIBLE_COLLECTIONS_PATH=lib \
	  .build/scan/bin/ansible-lint -q lib/ansible_collections/suitetoken/netsuite docs/examples/netsuite.yml

.build/scan/ready: .venv/ready requirements/scan.txt
	@echo 'Installing the scanners into .build/scan …'
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .build/scan
	@$(BIN)/uv pip sync --quiet --python .build/scan/bin/python --require-hashes requirements/scan.txt
	@touch $@

SANITY := .build/sanity/ansible_collections/suitetoken/netsuite

sanity: .venv/ready ## Ansible's own tests of the collection; they install tools of their own (minutes)
	@rm -rf .build/sanity && mkdir -p $(dir $(SANITY)) .build/sanity/home/.ansible/test/cache
	@cp -r lib/ansible_collections/suitetoken/netsuite $(SANITY)
	@git init --quiet $(SANITY)
	@# ansible-test would fetch pip from a site of its own; Python brings one along.
	@echo 'import ensurepip; ensurepip.bootstrap()' >.build/sanity/home/.ansible/test/cache/get_pip_24_2.py
	@cd $(SANITY) && HOME=$(CURDIR)/.build/sanity/home PATH="$(CURDIR)/$(BIN):$$PATH" \
	  ansible-test sanity --color no --python $$($(CURDIR)/$(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')

types: .venv/ready
	@$(BIN)/mypy lib lambda infra tests

unit: .venv/ready
	@$(BIN)/pytest -n 3 $(ARGS)

# The Lambda runtime's Python, where this machine has it (PYENV_VERSION helps pyenv's shim find it).
PYTHON313 := $(shell PYENV_VERSION=3.13 python3.13 -c 'import sys; print(sys.executable)' 2>/dev/null)
ifeq ($(PYTHON313),)
unit-3.13:
	@echo 'python3.13 is not installed here: the tests ran on one Python only'
else
unit-3.13: .venv-3.13/ready .build/broker.zip
	@# The browser tests judge pages, and playbooks run in Ansible's processes, not in these: once is enough.
	@.venv-3.13/bin/pytest -n 2 -m "not browser and not playbook" $(ARGS)
endif

emulator: .venv/ready .build/emulator/ready ## make deploy into an AWS emulator on this machine, and the whole road there (ARGS=--stay)
	@PYTHONPATH=$(PYTHONPATH):. $(BIN)/python -m tests.emulator $(filter --stay --minutes=%,$(ARGS))

# AWS and the authorization server, both of others, are in an environment of their own.
.build/emulator/ready: .venv/ready requirements/emulator.txt
	@echo 'Installing the emulator into .build/emulator …'
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .build/emulator
	@$(BIN)/uv pip sync --quiet --python .build/emulator/bin/python --require-hashes requirements/emulator.txt
	@touch $@

bench: .build/bench/ready ## Speed beside the peers; writes docs/benchmarks (under two minutes)
	@PYTHONPATH=$(PYTHONPATH):. .build/bench/bin/python -m tests.bench

# The peers are in an environment of their own: nothing else needs them.
.build/bench/ready: .venv/ready requirements/bench.txt
	@echo 'Installing the peers into .build/bench …'
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .build/bench
	@$(BIN)/uv pip sync --quiet --python .build/bench/bin/python --require-hashes requirements/bench.txt
	@$(BIN)/uv pip install --quiet --python .build/bench/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

soak: .venv/ready ## Simulated time with everything going wrong: SECONDS=60 SEED=1 CONNECTIONS=30 DAYS=20 ACCIDENTS=1 JOBS=1
	@PYTHONPATH=$(PYTHONPATH):. $(BIN)/python -m tests.soak --seconds $(or $(SECONDS),60) --seed $(or $(SEED),1) \
	  --connections $(or $(CONNECTIONS),30) --days $(or $(DAYS),20) \
	  --accidents $(or $(ACCIDENTS),1) --jobs $(or $(JOBS),1) $(ARGS)

# Coverage-guided fuzzing needs atheris, whose wheels are for Python 3.12 and later.
ifeq ($(PYTHON313),)
FUZZ := $(BIN)
else
FUZZ := .build/fuzz/bin
endif

fuzz: $(dir $(FUZZ))ready ## Hostile input of every kind: INPUTS=100000 SEED=1 TARGET=… (about ten minutes)
	@PYTHONPATH=$(PYTHONPATH):. $(FUZZ)/python -m tests.fuzz --inputs $(or $(INPUTS),100000) --seed $(or $(SEED),1) --target '$(TARGET)' $(ARGS)

.build/fuzz/ready: .venv/ready requirements/fuzz.txt
	@echo 'Installing atheris and what is fuzzed into .build/fuzz …'
	@$(BIN)/uv venv --quiet --clear --python $(PYTHON313) .build/fuzz
	@$(BIN)/uv pip sync --quiet --python .build/fuzz/bin/python --require-hashes requirements/fuzz.txt
	@$(BIN)/uv pip install --quiet --python .build/fuzz/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

# The tests on Lambda's Python run the very bytes that are deployed.
.build/broker.zip: .venv/ready $(wildcard infra/*.py requirements/lambda.txt) $(shell find lib/suitetoken lambda/token_broker -type f -not -name '*.pyc')
	@$(BIN)/python infra/package.py

screenshots: .venv/ready ## The pictures of the guides, taken anew
	@PYTHONPATH=$(PYTHONPATH):. $(BIN)/python -m tests.browser.pictures

scale: .venv/ready ## Deployments of up to 100,000 connections, simulated (about ten minutes)
	@PYTHONPATH=$(PYTHONPATH):. $(BIN)/python -m tests.scale

package: .venv/ready ## The Lambda artefact, .build/broker.zip, and the layer for private keys
	@$(BIN)/python infra/package.py
	@$(BIN)/python infra/signing_layer.py

wheel: .venv/ready ## The library and the command as one wheel, to install where workloads run
	@$(BIN)/python -m hatchling build --target wheel --directory .build

release: .venv/ready ## The files of a VERSION into dist/VERSION, the same bytes each time; publishes nothing
	@$(BIN)/python -m release '$(VERSION)'

deploy: package ## Into your AWS account: PREFIX, REGION, PROFILE, NOTIFY_EMAIL
	@bash infra/deploy.sh

destroy: ## Delete the stack; secrets stay unless you delete them
	@bash infra/destroy.sh

deployers: .venv/ready ## The policies of whoever deploys, into .build/deployers: PREFIX, REGION, ACCOUNT, BOUNDARY
	@$(BIN)/python infra/deployers.py .build/deployers --prefix '$(PREFIX)' --region '$(REGION)' --account '$(ACCOUNT)' --boundary '$(BOUNDARY)'
	@echo 'Written: .build/deployers/service-role.json and deployer.json. What to do with them: docs/deployers.md' >&2

clean: ## Remove everything the other targets made here
	rm -rf .venv .venv-3.13 .build .local dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/ready: requirements/bootstrap.txt requirements/dev.txt pyproject.toml
	@$(call install,.venv,$(PYTHON))

.venv-3.13/ready: requirements/bootstrap.txt requirements/dev.txt pyproject.toml
	@$(call install,.venv-3.13,$(PYTHON313))

# $(1) the folder, $(2) the Python; the file `ready` is written last, so a broken install is made again.
define install
$(2) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "suitetoken needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 …")'
echo 'Installing the pinned requirements into $(1) …'
$(2) -m venv --clear $(1)
$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
$(1)/bin/uv pip sync --quiet --python $(1)/bin/python --require-hashes requirements/dev.txt
$(1)/bin/uv pip install --quiet --python $(1)/bin/python --no-deps --no-build-isolation --editable .
touch $(1)/ready
endef

lock: .venv/ready ## Pin the requirements again (hashes, no host names)
	@$(LOCK) requirements/bootstrap.in -o requirements/bootstrap.txt
	@$(LOCK) pyproject.toml --extra dev -o requirements/dev.txt
	@$(LOCK) pyproject.toml --extra dev --extra bench --constraint requirements/dev.txt -o requirements/bench.txt
	@$(LOCK) pyproject.toml --extra scan -o requirements/scan.txt
	@$(LOCK) pyproject.toml --extra emulator -o requirements/emulator.txt
	@$(LOCK) pyproject.toml --extra dev --extra fuzz --constraint requirements/dev.txt -o requirements/fuzz.txt
	@$(LOCK) $(addprefix --no-emit-package ,boto3 botocore jmespath python-dateutil s3transfer six) requirements/lambda.in -o requirements/lambda.txt
	@$(LOCK) --constraint requirements/dev.txt requirements/signing-layer.in -o requirements/signing-layer.txt

LOCK := $(BIN)/uv pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11
