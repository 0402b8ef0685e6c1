#!/usr/bin/env bash
# Says of a Grid Engine job whether it is running, or how it ended: running, success or failed.
set -uo pipefail
if qstat -j "$1" >/dev/null 2>&1; then
  # in state E it waits for ever
  if qstat -u '*' | awk -v id="$1" '$1 == id && $5 ~ /E/ {found = 1} END {exit !found}'; then
    qdel "$1" >/dev/null
    echo failed
  else
    echo running
  fi
  exit
fi
for _ in 1 2 3 4 5 6; do # the accounting file is written some seconds later
  if report=$(qacct -j "$1" 2>/dev/null); then
    awk '$1 == "failed" && $2 != 0 {bad = 1} $1 == "exit_status" && $2 != 0 {bad = 1}
      END {print bad ? "failed" : "success"}' <<<"$report"
    exit
  fi
  sleep 5
done
echo failed # neither in the queue nor in the accounts: it is gone
