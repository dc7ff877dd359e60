# The commands that people and CI use. Each prepares what it needs; a second run finds it ready.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
UV_VERSION := 0.13.9
UV := .tools/bin/uv
export UV_PYTHON_DOWNLOADS := never
# Trust what the machine trusts: an office network may have a certificate authority of its own.
export UV_SYSTEM_CERTS := true
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help serve test check lock web env env-test node browser bench
help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

$(UV):
	@echo "kinfold: preparing the package runner"
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

# The lock files hold versions and hashes and no address: they install from whatever registry the machine is set up for.
.make/env: requirements.lock core/pyproject.toml plugins/education/pyproject.toml | $(UV)
	@echo "kinfold: installing the Python packages"
	@mkdir -p .make
	@test -x .venv/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip install --quiet --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation -e core -e plugins/education
	@touch $@

.make/env-test: requirements-test.lock .make/env
	@echo "kinfold: installing the test tools"
	@$(UV) pip install --quiet --require-hashes -r requirements-test.lock
	@touch $@

.make/node: package.json package-lock.json .make/env
	@echo "kinfold: installing the frontends' packages"
	@NODE_OPTIONS=--use-system-ca npm ci --no-audit --no-fund --loglevel=error
	@touch $@

env: .make/env
env-test: .make/env-test
node: .make/node

web: .make/node  ## build the frontends (only what changed)
	@.venv/bin/python scripts/build_web.py

serve: .make/env .make/node web  ## set up, then serve the demo county on 127.0.0.1:$(PORT)
	@PORT=$(PORT) .venv/bin/kinfold serve

test: .make/env-test .make/node web browser  ## set up, then run every test
	@.venv/bin/python -m pytest $(ARGS)

# Kinfold beside its peers. BENCH_DIR keeps the databases (default: the user's cache); PEERS, QUERIES narrow the run.
BENCH = tests/bench/postgraphile
.make/bench: $(BENCH)/package.json $(BENCH)/package-lock.json .make/node
	@echo "kinfold: installing the packages of the benchmark's peers"
	@cd $(BENCH) && NODE_OPTIONS=--use-system-ca npm ci --no-audit --no-fund --loglevel=error
	@touch $@

SIZE ?= 1000000
ROUNDS ?= 5
SECONDS ?= 4
bench: .make/bench  ## measure beside PostGraphile, Strawberry, hand-written SQL, pgbench (SIZE= ROUNDS= SECONDS=)
	@.venv/bin/python -m tests.bench --size $(SIZE) --rounds $(ROUNDS) --seconds $(SECONDS) \
		$(if $(PEERS),--peers $(PEERS)) $(if $(QUERIES),--queries $(QUERIES)) $(ARGS)

browser: .make/env-test
	@sh scripts/install_browser.sh

check: .make/env-test  ## format, lint, types, import contracts, generated docs
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/python scripts/write_reference.py --check

lock: | $(UV)    ## make the lock files again from the pyproject files and package.json
	@$(UV) lock --quiet
	@$(UV) export --quiet --frozen --no-emit-workspace --no-header --no-annotate --no-default-groups --group build --group web -o requirements.lock
	@$(UV) export --quiet --frozen --no-emit-workspace --no-header --no-annotate --all-groups -o requirements-test.lock
	@if [ -f package.json ]; then NODE_OPTIONS=--use-system-ca npm install --package-lock-only --no-audit --no-fund --loglevel=error; fi
	@cd $(BENCH) && NODE_OPTIONS=--use-system-ca npm install --package-lock-only --no-audit --no-fund --loglevel=error
	@.venv/bin/python scripts/strip_lock.py $(BENCH)/package-lock.json
