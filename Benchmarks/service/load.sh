#!/usr/bin/env bash
# Loads `neardup serve`, and gaoya behind FastAPI and uvicorn, with the same documents from wrk, in turn.
#
# usage: load.sh DOCUMENTS.jsonl [SECONDS]
#
# Needs wrk, and gaoya, fastapi and uvicorn in PYTHON's packages (default: python3). BINARY is the command to measure.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
documents=$(realpath "$1")
seconds=${2:-10}
binary=$(realpath "${BINARY:-$here/../../.build/release/neardup}")
python=${PYTHON:-python3}
scratch=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$scratch"' EXIT

load() { # name, address, target for one, target for lines
    local lines target
    for lines in 1 100; do
        target=$3
        ((lines == 1)) || target=$4
        printf '%s, %s document(s) a request: ' "$1" "$lines"
        DOCUMENTS=$documents LINES=$lines TARGET=$target wrk -t2 -c64 -d"${seconds}s" -s "$here/check.lua" "$2" | tail -n 1
    done
}
wait_for() { for _ in $(seq 600); do ! curl -sf -o /dev/null "$1" || return 0; sleep 0.2; done; return 1; }

"$binary" index --quiet --index "$scratch/index" "$documents"
"$binary" serve --index "$scratch/index" --port 18080 --max-batches 64 2>"$scratch/neardup.log" &
pids+=($!)
wait_for http://127.0.0.1:18080/readyz
load neardup http://127.0.0.1:18080 /v1/check /v1/check
kill -TERM "${pids[0]}"
wait "${pids[0]}"
pids=()

cd "$here"
DOCUMENTS=$documents "$python" -m uvicorn gaoya_service:app --port 18081 --workers 2 --log-level error &
pids+=($!)
wait_for http://127.0.0.1:18081/docs
load 'gaoya behind FastAPI' http://127.0.0.1:18081 /check /check_lines
