#!/usr/bin/env bash
# Says of a PBS job whether it is running, or how it ended: running, success or failed.
# -x: jobs that have ended too, which a site keeps for a while (job_history_enable).
set -uo pipefail
report=$(qstat -x -f "$1" 2>/dev/null) || { echo failed; exit; } # gone without a trace
awk -F ' = ' '
  $1 ~ /job_state$/ {state = $2}
  $1 ~ /Exit_status$/ {status = $2; known = 1}
  END {
    if (state != "F" && state != "C" && state != "X") print "running"
    else print known && status == 0 ? "success" : "failed"
  }' <<<"$report"
