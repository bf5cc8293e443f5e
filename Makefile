# Two commands on a fresh machine: `make demo` and `make test`. Both set everything up by themselves.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.set-up
UV := $(shell command -v uv 2>/dev/null)
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup demo test coverage check format criteria conformance bench others lock clean

help:  ## Say what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | while IFS=$$'\t' read -r name words; do printf '  make %-11s %s\n' "$$name" "$$words"; done

setup: $(STAMP)  ## Make .venv from the hash-pinned lock (demo and test do it themselves)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
ifneq ($(UV),)
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
else
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
endif
	@$(BIN)/python -m compileall -q grievance translations workflows reports channels
	@touch $(STAMP)

demo: setup  ## Seed thirteen months of two invented companies and serve them: make demo [PORT=8000]
	@$(BIN)/grievance demo --port $(PORT)

# What tests write need not outlive them: in memory where four gigabytes are free, else where the machine puts it.
IN_MEMORY = $(shell df --output=avail -k /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 4000000 {print "TMPDIR=/dev/shm"}')

# Three at a time on two cores: whoever waits for a browser, a server or a database leaves a core to the others.
TESTS = -m pytest -n 3 --dist loadscope --no-loadscope-reorder

# Python's own cache is used, whatever the shell says: else each worker and each process of a test compiles all anew.
COMPILED = PYTHONDONTWRITEBYTECODE=

test: setup  ## Run every test on SQLite, a real PostgreSQL and a real Valkey
	@$(BIN)/python -m compileall -q grievance translations workflows reports channels
	@$(COMPILED) $(IN_MEMORY) $(BIN)/python $(TESTS)

# Apart from `test`: to note every line and branch takes a seventh more time, of whoever waits for the tests.
coverage: setup  ## Run every test and say which lines and branches none of them reached
	@$(BIN)/coverage erase
	@$(COMPILED) $(IN_MEMORY) $(BIN)/coverage run $(TESTS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --skip-covered --fail-under=85

check: setup  ## Format, lint, floors, types: the cheapest first
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

format: setup  ## Put the code in order
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

criteria: setup  ## Write docs/criteria.md again: every guard, what it reads, its tests
	@WRITE_CRITERIA=1 $(BIN)/python -m pytest -q tests/house/test_criteria.py

conformance: setup  ## Ask every gateway every case, and write the table in docs/gateways.md again
	@WRITE_CONFORMANCE=1 $(BIN)/python -m pytest -q tests/channels/sms/test_conformance.py

bench: setup  ## Measure intake, receipts, start and memory on this machine's disk
	@$(BIN)/python -m bench

# What reads a published month is not part of it: it comes into a folder of its own, and goes with it.
others: setup  ## Let pandas, a feed reader, PDF/UA checkers and Lighthouse open a month (fetched, then thrown away)
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PYTHON) -m venv "$$folder/venv"; \
	"$$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas feedparser pikepdf pdfua; \
	npm install --silent --no-audit --no-fund --prefix "$$folder" lighthouse@13; \
	OTHERS_TOOLS="$$folder" $(BIN)/python -m pytest -q -s -p no:randomly tests/others

lock: setup  ## Pin every dependency again, with hashes and without the names of hosts
	@$(UV) lock --quiet
	@$(UV) export --quiet --all-extras --all-groups --no-emit-project --no-header -o requirements.lock
	@! grep -n '://' requirements.lock

clean:  ## Remove the environment and what tools left behind; the data in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
