#!/usr/bin/env bash
# Pins the Python dependencies of pyproject.toml, with hashes, into requirements.lock.
set -euo pipefail
cd "$(dirname "$0")/.."
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet uv
"$room/venv/bin/uv" pip compile pyproject.toml --extra dev --extra clusters --quiet --upgrade --generate-hashes \
  --no-annotate --no-header --no-emit-index-url --python-version 3.11 --output-file "$room/lock"
{
  echo '# Python dependencies, pinned with hashes; made by `make lock` from pyproject.toml.'
  cat "$room/lock"
} >requirements.lock
