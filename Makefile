# Two commands do everything: `make demo` and `make test`. Each sets itself up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# What runs is a part of what tests need, and that of what the bench needs: one version of everything.
COMPILE = $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help demo test cover check chaos bench lock format clean
help:  ## what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/run.done: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/test.done: requirements/test.txt $(VENV)/run.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

$(VENV)/bench.done: requirements/bench.txt $(VENV)/test.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	touch $@

demo: $(VENV)/run.done  ## plays a whole loop in a local Slack, in the browser (ARGS=--headless: in the terminal)
	$(BIN)/evenhand demo $(ARGS)

test: $(VENV)/test.done  ## runs every test (ARGS=-k name: some)
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

cover: $(VENV)/test.done  ## the same, and which lines and branches they reach; half as long again
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered $(ARGS)

check: $(VENV)/test.done  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

chaos: $(VENV)/test.done  ## for hours: kills, doubles, trouble with databases, races, histories in pairs of worlds (HISTORIES=100000, about seven hours of one core by themselves), and forged and spoilt requests (ATTACKS=100000, PAYLOADS=1000000)
	EVENHAND_KILLS=$(or $(KILLS),100000) EVENHAND_SHARES=2 EVENHAND_RANDOM_KILLS=$(or $(N),2000) EVENHAND_PATIENCE=1200 EVENHAND_COPIES=100 \
	  EVENHAND_STORMS=5 EVENHAND_TROUBLE=31 EVENHAND_MIGRATION_STRIDE=1 EVENHAND_YEARS=4 EVENHAND_RACES=$(or $(N),2000) \
	  EVENHAND_MODELS=$(or $(N),2000) EVENHAND_MODEL_STEPS=60 \
	  $(BIN)/python -m pytest tests/chaos/test_*.py tests/chaos/long_*.py tests/store/test_races.py tests/processes/test_races.py -n auto --dist worksteal $(ARGS)
	EVENHAND_HISTORIES=$(or $(HISTORIES),100000) $(BIN)/python -m pytest tests/secrecy/test_equal.py -n auto --dist worksteal $(ARGS)
	EVENHAND_ATTACKS=$(or $(ATTACKS),100000) EVENHAND_PAYLOADS=$(or $(PAYLOADS),1000000) $(BIN)/python -m pytest tests/attack -n auto --dist worksteal $(ARGS)

bench: $(VENV)/bench.done  ## measures, and writes docs/performance.md
	$(BIN)/python -m bench $(ARGS)

format: $(VENV)/test.done  ## mends what a machine can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/run.done  ## pins the requirements anew: versions and hashes, no addresses
	$(BIN)/python -m pip install --quiet pip-tools
	$(COMPILE) --upgrade --output-file requirements/bench.txt requirements/bench.in
	$(COMPILE) --constraint requirements/bench.txt --output-file requirements/test.txt requirements/test.in
	$(COMPILE) --constraint requirements/test.txt --output-file requirements/run.txt requirements/run.in

clean:  ## removes the environment and what the demo left
	rm -rf $(VENV) var .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
