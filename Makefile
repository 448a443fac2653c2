# One set of commands for people, hooks and CI. `make help` lists them.

VENV   ?= .venv
PORT   ?= 8000
BIN    := $(VENV)/bin
PYTHON := $(BIN)/python
READY  := $(VENV)/.requirements
DEV    := $(VENV)/.requirements-dev
TEXTS  := $(wildcard locale/*/LC_MESSAGES/*.po */locale/*/LC_MESSAGES/*.po)
BUILT  := $(TEXTS:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help run demo test test-fast e2e check lint fmt bench messages strings docs

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) messages ## Everything from a fresh clone to a running site; PORT=8000
	@$(PYTHON) manage.py serve --port $(PORT)

demo: $(READY) ## Make the demo network anew
	$(PYTHON) manage.py migrate --verbosity 0
	$(PYTHON) manage.py load_cities
	$(PYTHON) manage.py load_milestones
	$(PYTHON) manage.py load_edition icc-2019
	$(PYTHON) manage.py load_published_scores
	$(PYTHON) manage.py demo

test: $(DEV) ## Install what is missing, then every check and every test, on both databases
	@$(PYTHON) -m scripts.run_tests all

test-fast: $(DEV) messages ## Tests on SQLite, without a browser
	$(PYTHON) -m pytest -n 2 --ignore=tests/e2e

e2e: $(DEV) messages ## Tests in a real browser
	$(PYTHON) -m pytest tests/e2e

check: $(DEV) messages ## Checks that run no test: form, types, imports, migrations, documents
	@$(PYTHON) -m scripts.run_tests check

lint: $(DEV) ## Form of code and templates only
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check --output-format concise .
	$(BIN)/djlint --lint --quiet .

fmt: $(DEV) ## Put the code into form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(DEV) messages ## Measure against the targets (minutes; not part of the tests)
	$(PYTHON) -m bench

messages: $(BUILT) ## Compile the translations that have changed
	@:

strings: $(READY) ## Collect the texts to translate into locale/*/LC_MESSAGES/django.po
	$(PYTHON) manage.py makemessages --all --no-location --no-obsolete --ignore .venv --ignore var --ignore tests

docs: $(DEV) ## Write the generated documents anew
	$(PYTHON) manage.py generate_docs

%.mo: %.po
	@command -v msgfmt >/dev/null || { echo "msgfmt is missing: apt-get install -y gettext" >&2; exit 1; }
	msgfmt --check -o $@ $<

$(READY): requirements.txt
	test -x $(PYTHON) || python3 -m venv $(VENV)
	test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(PYTHON) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(READY)
	$(BIN)/uv pip install --quiet --python $(PYTHON) -r requirements-dev.txt
	@touch $@
