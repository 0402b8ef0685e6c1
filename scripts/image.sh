#!/usr/bin/env bash
# What both recipes of the image (envs/dugnad.def, envs/Dockerfile) run as root, in a bare Debian 12
# with this repository at its place: Python packages, tools, and bytecode, since an image is read only.
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get update -qq
apt-get install -y -qq --no-install-recommends ca-certificates python3 python3-venv >/dev/null
rm -rf .venv .tools build # of the machine that the repository was copied from
scripts/setup.sh
.venv/bin/python -m compileall -q scripts
chmod -R a+rX . # whoever built it, everybody runs it
rm -rf /var/lib/apt/lists/* ~/.cache
PATH=$PWD/.venv/bin:$PATH
dugnad --help >/dev/null
snakemake --version
