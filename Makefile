# csbot: `make run` sets up and starts; `make test` sets up and runs every test. `make help` lists the rest.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null \
	&& { echo $$p; exit; }; done)
VENV := .venv
RASA_VENV := .venv-rasa
RASA_PYTHON ?= $(shell for p in python3.10 $(HOME)/.pyenv/versions/3.10.*/bin/python; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null && { echo $$p; exit; }; done)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup run playground chat test check fix bench bench-desk bench-publish bench-understand faults conformance pictures rasa rasa-python channel lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "csbot needs Python 3.11 to 3.14 on the PATH (or: make PYTHON=/path/to/python $(MAKECMDGOALS))"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing (on Debian: apt install python3-venv)"; exit 1; }

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing csbot into $(VENV) (about a minute the first time) ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing the test tools into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.dev ## the virtual environment with everything in it, from the hashed lock

run: $(VENV)/.run ## set up and start csbot on http://127.0.0.1:8080 with the sample brand
	@$(BIN)/csbot run $(if $(CONFIG),--config $(CONFIG))

playground: $(VENV)/.run ## every platform's phone beside an agent, without any account
	@$(BIN)/csbot playground $(ARGS)

chat: $(VENV)/.run ## a conversation in the terminal
	@$(BIN)/csbot chat

test: $(VENV)/.dev ## set up and run all tests
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts, content, lock
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/csbot content check
	@$(BIN)/python -m tests.check_tree

fix: $(VENV)/.dev ## put format and lint right
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev ## throughput of the whole chain against bare aiohttp; writes var/bench.json
	@$(BIN)/python -m benchmarks.bench $(ARGS)

bench-desk: $(VENV)/.dev ## how soon messages are shown, with 200 streams open; writes var/bench-desk.json
	@$(BIN)/python -m benchmarks.desk $(ARGS)

bench-publish: $(VENV)/.dev ## content published and taken back under load; writes var/bench-publish.json
	@$(BIN)/python -m benchmarks.publishing $(ARGS)

bench-understand: $(VENV)/.dev ## learning, understanding, and the worst of texts; writes var/bench-understand.json
	@$(BIN)/python -m benchmarks.understanding $(ARGS)

faults: $(VENV)/.dev ## kill -9 under load, platforms failing, disk full, store locked
	@$(BIN)/python -m tests.faults $(ARGS)

conformance: $(VENV)/.dev ## other people's samples: CSBOT_CONFORMANCE=DIR make conformance
	@test -n "$$CSBOT_CONFORMANCE" || { echo "Set CSBOT_CONFORMANCE to the folder of samples."; exit 2; }
	@$(BIN)/python -m pytest -q tests/conformance $(ARGS)

pictures: $(VENV)/.dev ## take the pictures of the pages anew, for the documentation
	@$(BIN)/python docs/pictures/pages.py

$(RASA_VENV)/.installed: requirements-rasa.txt
	@test -n "$(RASA_PYTHON)" || { \
		echo "Rasa 3.6 needs Python 3.10, and none is on the PATH or in ~/.pyenv. Either get one by uv:"; \
		echo "    uv python install 3.10 && make rasa RASA_PYTHON=\"\$$(uv python find 3.10)\""; \
		echo "or train and serve with the image rasa/rasa:3.6.21-full (see docs/rasa.md)."; exit 1; }
	@echo "Installing Rasa into $(RASA_VENV) (2.7 GB; some minutes) ..."
	@$(RASA_PYTHON) -m venv --clear $(RASA_VENV)
	@$(RASA_VENV)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-rasa.txt
	@touch $@

rasa-python:
	@echo $(RASA_PYTHON)

rasa: $(RASA_VENV)/.installed ## Rasa in an environment of its own, for csbot rasa train and serve

channel: $(VENV)/.dev ## a new channel adapter: make channel NAME=viber
	@$(BIN)/csbot channels new "$(NAME)"

lock: $(VENV)/.dev ## resolve the bounds of pyproject.toml anew into the hashed locks (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet \
		--extra all --group build pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet \
		--all-extras --group dev pyproject.toml -o requirements-dev.txt
	echo "rasa==3.6.21" | uv pip compile --universal --python-version 3.10 --generate-hashes --no-annotate --no-header \
		--quiet - -o requirements-rasa.txt

clean: ## remove the environments and caches (never var/)
	rm -rf $(VENV) $(RASA_VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
