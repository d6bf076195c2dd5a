# Mastro. `make run` and `make test` are all a newcomer needs; `make help` explains the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VENDOR := src/mastro/web/static/vendor/made-from.json
DATA ?= $(or $(MASTRO_DATA_DIR),data)

.DEFAULT_GOAL := help

.PHONY: help
help: ## Explain every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Mastro needs Python 3.11 or newer; say which with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[0-9.]*' requirements-dev.lock)"

$(VENDOR): ;

# the editable install brings the libraries for the browser as well, by hatch_build.py
$(VENV)/.run: $(BIN)/uv requirements.lock pyproject.toml package.json package-lock.json hatch_build.py $(VENDOR)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: setup
setup: $(VENV)/.run ## Make the virtual environment with what the server needs (fast when nothing changed)

.PHONY: run
run: setup ## Run the server on http://127.0.0.1:8000, with a demo company if the database is empty
	@$(BIN)/mastro demo --if-empty --data $(DATA)
	@exec $(BIN)/mastro serve --data $(DATA)

.PHONY: test
test: $(VENV)/.dev ## Run every test, on SQLite and on PostgreSQL
	@$(BIN)/python -m pytest -n auto $(ARGS)

.PHONY: check
check: $(VENV)/.dev ## Lint, types, imports that go one way, shape of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest tests/test_shape.py -p no:randomly

.PHONY: format
format: $(VENV)/.dev ## Format the code and mend what can be mended by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(VENV)/.dev ## Measure CPU per request against the floor, side by side (ARGS=--quick for a short run)
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: golden
golden: $(VENV)/.dev ## Write the golden documents anew; read the difference before committing it
	@$(BIN)/python -m pytest tests/golden --rewrite-golden

.PHONY: migration
migration: $(VENV)/.dev ## Write a migration from what the models have and the last one does not: make migration m="add …"
	@$(BIN)/python scripts/migration.py "$(m)"

.PHONY: docs
docs: $(VENV)/.dev ## Write the generated reference pages anew
	@$(BIN)/python scripts/reference.py

.PHONY: screenshots
screenshots: $(VENV)/.dev ## Take a picture of every screen into docs/screenshots (needs a Chromium; ARGS="--only login")
	@$(BIN)/python scripts/screenshots.py $(ARGS)

.PHONY: lock
lock: $(BIN)/uv ## Pin every version anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --quiet --extra postgresql --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --quiet --extra postgresql --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header -c requirements.lock -o requirements-dev.lock
	@for folder in . tests/browser/axe; do \
	  (cd $$folder && npm install --silent --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved) || exit; done

.PHONY: wheel
wheel: $(VENV)/.dev ## Build the wheel into dist/
	@$(BIN)/uv build --quiet --wheel

.PHONY: clean
clean: ## Remove the virtual environment and what the tools left behind (never the data)
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .hypothesis $(dir $(VENDOR))
