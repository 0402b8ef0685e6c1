# make demo: from nothing to a tumour-board report      make test: all checks and tests
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo check test test-whole bench accuracy lock schemas clean
unexport PYTHONDONTWRITEBYTECODE # a job starts a verb or two: they are compiled once
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(PATH)
COHORT ?= standard
DEMO := build/demo$(if $(filter-out standard,$(COHORT)),-$(COHORT))

RUN := snakemake --snakefile Snakefile --directory $(DEMO) --profile profiles/local

help: ## show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## make .venv and find or install the tools
	@scripts/setup.sh

demo: setup ## run demo cases from FASTQ to reports (COHORT=full: all); prints the reports' paths last
	@start=$$(date +%s) && \
	dugnad demo --output $(DEMO) --cases $(COHORT) && \
	{ $(RUN) || { [ $(COHORT) != standard ] && $(RUN) reports && \
	echo "demo: the gate stops the samples above, as planted" >&2; }; } && \
	echo "demo: done in $$(( $$(date +%s) - start )) s; the reports:" >&2 && \
	ls $(CURDIR)/$(DEMO)/results/*/report/*.html

check: setup ## static checks: ruff, mypy, snakefmt, snakemake --lint
	@scripts/check.sh

test: check ## static checks, then the tests, in two processes
	@pytest -m "not whole" -n 2 --dist loadscope --no-loadscope-reorder

test-whole: check ## the same, and what takes minutes more: the demo's realism, all mixtures of real reads
	@pytest -n 2 --dist loadscope --no-loadscope-reorder

bench: setup ## measure, or PART="msi forms" of it; writes build/bench and docs/performance.md
	@python -m benchmarks.run $(PART)

accuracy: setup ## measure recall, precision and dilution; writes docs/accuracy.md and docs/dilution.md
	@python -m benchmarks.accuracy
	@python -m benchmarks.dilution

lock: setup ## pin the Python dependencies anew (needs network)
	@scripts/lock.sh

schemas: setup ## write workflow/schemas from the models
	@dugnad schemas

clean: ## remove what was made; .venv stays
	rm -rf build .mypy_cache .ruff_cache .pytest_cache
