.PHONY: run test check setup setup-dev system system-dev translations lock bill clean
.DEFAULT_GOAL := run

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export HOST ?= 127.0.0.1
export PORT ?= 8000
export PUBLIC_URL ?= http://localhost:$(PORT)

run: setup  ## set up, make the demonstration, start web and worker
	@$(BIN)/python -m config.supervise
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	$(BIN)/python manage.py demo
	$(BIN)/python -m config.supervise config/Procfile

test: setup-dev .venv/dev  ## set up and run the tests that need no server and no browser
	$(BIN)/pytest $(or $(ARGS),-p tests.branches) -m "not browser and not postgres and not services"

check: setup-dev .venv/dev  ## style, types, import layers, structure, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/config/test_kind_branches.py tests/config/test_permissions_asked.py
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.translations

setup: system .venv/run translations

setup-dev: system-dev .venv/run translations

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run: requirements.txt .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/dev: requirements-dev.txt .venv/run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

system:
	@$(PYTHON) config/system.py

system-dev:
	@$(PYTHON) config/system.py --dev

MESSAGES := $(wildcard locale/*/LC_MESSAGES/*.po)
translations: $(MESSAGES:.po=.mo)
%.mo: %.po | .venv/run
	$(BIN)/python -m config.catalogue $<

lock:  ## resolve the dependencies of pyproject.toml again (needs uv)
	uv pip compile pyproject.toml --quiet --upgrade --generate-hashes --no-emit-index-url \
	  --no-header --python-version 3.11 -o requirements.txt
	uv pip compile pyproject.toml --quiet --upgrade --extra tracing --generate-hashes \
	  --no-emit-index-url --no-header --python-version 3.11 -c requirements.txt \
	  -o requirements-tracing.txt
	uv pip compile pyproject.toml --quiet --upgrade --extra dev --extra tracing \
	  --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  -c requirements-tracing.txt -o requirements-dev.txt

bill:  ## the bill of materials (CycloneDX) of what production installs: var/bill-of-materials.json
	@mkdir -p var
	$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
	  --output-reproducible -o var/bill-of-materials.json

clean:
	rm -rf .venv var
