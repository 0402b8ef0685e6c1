#!/usr/bin/env bash
# The static checks, in rising order of cost.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { echo "check: $1" >&2; shift; "$@"; }
lint() ( # on the demo's configuration, so that there is a run to look at
  room=$(mktemp -d)
  trap 'rm -rf "$room"' EXIT
  dugnad demo --output "$room/demo" --scale 0.01 2>/dev/null
  snakemake --snakefile Snakefile --directory "$room/demo" --lint >"$room/lint" 2>&1 ||
    { cat "$room/lint" >&2; exit 1; }
)
step "ruff" ruff check --quiet scripts tests benchmarks
step "ruff format" ruff format --quiet --check scripts tests benchmarks
step "mypy" mypy
step "snakefmt" snakefmt --check Snakefile by_case.smk cloud.smk workflow
step "snakemake --lint" lint
