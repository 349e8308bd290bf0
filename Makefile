# The four targets of the project. Each sets up .venv by itself on a machine that has Python 3.11 and make.
PYTHON ?= python3.11
ifeq ($(shell command -v $(PYTHON) 2>/dev/null),)
PYTHON := python3
endif
BIN := .venv/bin
ARGS ?=

.PHONY: run test check bench lock
run: .venv/run.stamp
	$(BIN)/dondoc serve --demo $(ARGS)

test: .venv/dev.stamp .venv/clients.stamp .venv/npm.stamp
	$(BIN)/pytest $(ARGS)

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/docs tests/database/test_migrations.py

bench: .venv/dev.stamp .venv/clients.stamp
	@$(BIN)/python -m benchmarks $(ARGS)

# Both locks anew from pyproject.toml, without index addresses.
lock: .venv/uv.stamp
	$(BIN)/uv pip compile -q --system-certs pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	$(BIN)/uv pip compile -q --system-certs pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile -q --system-certs requirements-clients.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-clients.lock

.venv/uv.stamp:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Đôn Đốc needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

.venv/run.stamp: .venv/uv.stamp requirements.lock pyproject.toml
	$(BIN)/uv pip install --quiet --system-certs --compile-bytecode --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --system-certs --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(BIN)/uv pip install --quiet --system-certs --compile-bytecode --require-hashes -r requirements-dev.lock
	@touch $@

# Calendar programs of others, for tests and benchmarks: their requirements are not ours.
.venv/clients.stamp: .venv/uv.stamp requirements-clients.lock
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/clients
	$(BIN)/uv pip install --quiet --system-certs --require-hashes --python .venv/clients/bin/python -r requirements-clients.lock
	@touch $@

# A second parser of iCalendar; without npm the tests that need it say so.
CLIENTS := tests/calendars/clients
.venv/npm.stamp: .venv/uv.stamp $(CLIENTS)/package.json $(CLIENTS)/package-lock.json
	@if ! command -v npm >/dev/null; then exit 0; fi; \
	mkdir -p .venv/npm && cp $(CLIENTS)/package.json $(CLIENTS)/package-lock.json $(CLIENTS)/.npmrc .venv/npm && \
	cd .venv/npm && npm ci --silent --ignore-scripts --cache ../npm-cache && touch ../npm.stamp
