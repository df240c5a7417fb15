# The two commands of a fresh machine: `make run` (the lab) and `make test` (all that CI runs).
# ARGS is passed on: `make run ARGS=--once`, `make test ARGS="-k journal"`.
PYTHON ?= $(shell for p in python3.11 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint clean

run: $(VENV)/lab.installed
	@$(BIN)/setu lab $(ARGS)

test: $(VENV)/test.installed lint
	@$(BIN)/python -m pytest $(ARGS)

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

clean:
	rm -rf $(VENV) .lab build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
