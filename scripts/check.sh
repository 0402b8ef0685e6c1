#!/usr/bin/env bash
# The static checks, in rising order of cost.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { echo "check: $1" >&2; shift; "$@"; }
step "ruff" ruff check --quiet scripts tests benchmarks
step "ruff format" ruff format --quiet --check scripts tests benchmarks
step "mypy" mypy
step "snakefmt" snakefmt --check Snakefile workflow
