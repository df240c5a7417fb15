# The two commands of a fresh machine: `make run` (the lab) and `make test` (all that CI runs).
# ARGS is passed on: `make run ARGS=--once`, `make test ARGS="-k journal"`.
PYTHON ?= $(shell for p in python3.11 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Else each of the hundred Setus that the tests start would compile all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE
NODE_MODULES := tests/element/node_modules

.PHONY: run test lint node clean

run: $(VENV)/lab.installed
	@$(BIN)/setu lab $(ARGS)

test: $(VENV)/test.installed node lint
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/test.installed
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

$(VENV)/%.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Setu needs Python 3.11 or 3.12; none was found. Install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV) (once, a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[$*]"
	@touch $@

# What the tests with matrix-js-sdk need; where npm is missing they are skipped, and fail in CI.
node:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory --silent $(NODE_MODULES)/.package-lock.json; \
		else echo "No npm here: tests with matrix-js-sdk cannot run. On Debian: apt-get install nodejs npm"; fi

$(NODE_MODULES)/.package-lock.json: tests/element/package.json tests/element/package-lock.json
	@echo "Installing matrix-js-sdk into $(NODE_MODULES) (once, some seconds) ..."
	@cd tests/element && npm ci --loglevel=error >/dev/null
	@touch $@

clean:
	rm -rf $(VENV) .lab build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(NODE_MODULES)
