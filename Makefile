# Two commands do everything on a fresh Debian machine with Python and make: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help install run up down test check lint types imports bench chaos screenshot lock clean

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(READY)  ## install Keruen and what it needs into .venv

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)' 2>/dev/null || \
	  { echo "Python 3.11 or newer with venv is needed (Debian: apt-get install python3 python3-venv)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q $(VENV)/lib >/dev/null 2>&1 || true
	$(BIN)/python -m flows.blank
	touch $(READY)

run: $(READY)  ## start the service, drop three sample dossiers, show what was decided
	$(BIN)/python -m tests.demo

up: $(READY)  ## start the service and leave it running (the same home as `make run`)
	$(BIN)/keruen up --background

down: $(READY)  ## end the service
	$(BIN)/keruen down

test: $(READY)  ## all tests
	sh tests/setup.sh
	$(BIN)/python -m pytest

check: lint types imports test  ## what CI runs: lint, types, import contracts, tests

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

bench: $(READY)  ## benchmarks; they print ratios measured in one run (short form: make bench SHORT=--short)
	$(BIN)/python -m tests.bench $(SHORT)

chaos: $(READY)  ## kill -9 of the worker in every step and 20 times at random
	$(BIN)/python -m tests.chaos

screenshot: $(READY)  ## the picture of a held exception in the README
	sh tests/setup.sh
	$(BIN)/python -m tests.flows.screenshot

lock: $(READY)  ## pin the dependencies of pyproject.toml anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 pyproject.toml --extra dev \
	  --no-emit-index-url --no-annotate --no-header --upgrade --output-file requirements.lock

clean:  ## remove what was installed and what the service kept
	rm -rf $(VENV) .keruen
