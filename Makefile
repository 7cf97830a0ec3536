# Two commands, nothing needed beforehand but python3 (3.11 or newer), pip and make:
#   make demo   sets up and runs the main example
#   make test   sets up and runs every check and test
# Another interpreter: make demo PYTHON=python3.13

PYTHON ?= python3
WORKERS ?= auto

BIN := .venv/bin
FIRST_PARTY := mixopt plugins tests .ci docs configs conftest.py

# Each of them runs, whatever the others say; `status` keeps the failure.
STYLE = $(BIN)/ruff check --quiet $(FIRST_PARTY) || status=1; \
	$(BIN)/ruff format --check --quiet $(FIRST_PARTY) || { echo "not formatted; try: make format"; status=1; }; \
	$(BIN)/mypy --no-error-summary || status=1;

# One process, one thread: the workers of the tests are the parallelism, and sums come out the same everywhere.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help set-up demo test check format lock docs bench clean

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */make \1\t/' | expand -t 16

set-up:  ## Make .venv from requirements.lock; does nothing where it is up to date
	@$(PYTHON) .ci/set_up.py

demo: set-up  ## Run configs/uk-media: today, equal split, pure ROI, balanced
	@$(BIN)/mixopt run configs/uk-media/config.yaml --out runs

test: set-up  ## Run ruff, mypy and every test; one that fails hides no other
	@status=0; $(STYLE) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS) || status=$$?; exit $$status

check: set-up  ## Run ruff and mypy
	@status=0; $(STYLE) exit $$status

format: set-up  ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix-only $(FIRST_PARTY); $(BIN)/ruff format --quiet $(FIRST_PARTY)

lock: set-up  ## Resolve every dependency anew into requirements.lock
	@$(BIN)/python .ci/lock.py

docs: set-up  ## Build the documentation into docs/_build/html, warnings as errors
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: set-up  ## Run the benchmarks and write docs/concepts/benchmarks.md with its charts
	@$(BIN)/python -m pytest -p no:randomly -p no:xdist -o norecursedirs='.*' --timeout 0 -s tests/benchmarks $(ARGS)

clean:  ## Remove caches, builds and runs; .venv stays
	@rm -rf build dist docs/_build runs .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find mixopt plugins tests .ci docs -name __pycache__ -type d -prune -exec rm -rf {} +
