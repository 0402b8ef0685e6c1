#!/usr/bin/env bash
# Makes ready what `make` needs: Python packages in .venv, and the tools of envs/debian.txt.
# Says what it does; does nothing, in under a second, when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { echo "set-up: $*" >&2; }
die() { printf 'set-up: %s\n' "$@" >&2; exit 1; }
as_root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

python_packages() {
  local want python ready=.venv/.ready
  want=$(cat requirements.lock pyproject.toml <(pwd) | sha256sum)
  [ "$(cat $ready 2>/dev/null)" = "$want" ] && return
  python=$(PATH=${PATH//"$PWD/.venv/bin:"/} command -v python3) ||
    die "python3 is missing; install Python 3.11 or newer"
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "$("$python" --version) is too old; install Python 3.11 or newer"
  say "Python packages into .venv (one to two minutes the first time)"
  rm -rf .venv
  if ! "$python" -m venv .venv >/dev/null 2>&1; then
    as_root_with_apt || die "python3 cannot make a virtual environment" "  install python3-venv"
    apt_install python3-venv && rm -rf .venv && "$python" -m venv .venv
  fi
  export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
  .venv/bin/pip install -qq --require-hashes --requirement requirements.lock
  .venv/bin/pip install -qq --no-deps --no-build-isolation --editable .
  echo "$want" >$ready
}

missing_tools() { # executables that do not start; mosdepth wants its library too
  local package tool _
  while read -r package tool _; do
    case "$package$tool" in '' | '#'* | *-) continue ;; esac
    command -v "$tool" >/dev/null || echo "$tool"
  done <envs/debian.txt
  if command -v mosdepth >/dev/null && ! mosdepth --version >/dev/null 2>&1; then echo libhts; fi
  if as_root_with_apt && ! ldconfig -p | grep -q libpangoft2-1.0; then echo libpango; fi
}

conda_program() { for c in micromamba mamba conda; do command -v $c && return; done; true; }

tools() {
  local missing conda
  missing=$(missing_tools)
  [ -z "$missing" ] && return
  conda=$(conda_program)
  if as_root_with_apt; then
    say "tools by apt: $(echo $missing)"
    apt_install $(sed 's/#.*//' envs/debian.txt | awk 'NF {print $1}')
  elif [ -n "$conda" ]; then
    say "tools by $(basename "$conda") into .tools: $(echo $missing)"
    "$conda" create --yes --quiet --prefix "$PWD/.tools" --override-channels \
      -c conda-forge -c bioconda $(sed -n 's/^  - \(.*=.*\)/\1/p' envs/*.yaml | sort -u)
  fi
  missing=$(missing_tools)
  [ -z "$missing" ] || die "these tools are missing: $(echo $missing)" \
    "  as root on Debian 12:  apt-get install $(sed 's/#.*//' envs/debian.txt | awk 'NF {print $1}' | xargs)" \
    "  or with conda:         install micromamba, then run make again"
}

export PATH="$PWD/.venv/bin:$PWD/.tools/bin:$PATH"
python_packages
tools
