#!/usr/bin/env bash
# Loads `neardup serve`, and gaoya behind FastAPI and uvicorn, with the same documents from wrk, in turn.
#
# usage: load.sh DOCUMENTS.jsonl [SECONDS]
#
# neardup is loaded with the documents indexed, and with a million: the same and pages that generate-crawl makes up. Prints a table.
# Needs wrk, and gaoya, fastapi and uvicorn[standard] in PYTHON's packages (default: python3). BINARIES is the folder of neardup and
# generate-crawl (default: .build/release); MILLION keeps the large index for the next run; PORT is free (default: 18080).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
documents=$(realpath "$1")
seconds=${2:-20}
binaries=$(realpath "${BINARIES:-$here/../../.build/release}")
python=${PYTHON:-python3}
scratch=$(mktemp -d)
million=${MILLION:-$scratch/million}
port=${PORT:-18080}
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT

load() { # name, address, target for one, target for lines
    local lines target
    for lines in 1 100; do
        target=$3
        ((lines == 1)) || target=$4
        printf '| %s | %s | ' "$1" "$lines"
        # Warm first: code, pages of the index, connections.
        DOCUMENTS=$documents LINES=$lines TARGET=$target wrk -t2 -c64 -d3s -s "$here/check.lua" "$2" >/dev/null
        DOCUMENTS=$documents LINES=$lines TARGET=$target \
            wrk -t2 -c64 -d"${seconds}s" --timeout 20s -s "$here/check.lua" "$2" | tail -n 1
    done
}
wait_for() { # what the server must answer, and still be there
    for _ in $(seq 1200); do
        kill -0 "$server" || return 1
        ! curl -sf -o /dev/null "$1" || break
        sleep 0.2
    done
    sleep 1
    kill -0 "$server"
}

load_neardup() { # name, index
    "$binaries/neardup" serve --index "$2" --port "$port" --max-batches 64 2>"$scratch/neardup.log" &
    server=$!
    wait_for "http://127.0.0.1:$port/readyz"
    load "$1" "http://127.0.0.1:$port" /v1/check /v1/check
    kill -TERM "$server"
    wait "$server"
    server=
}

"$binaries/neardup" index --quiet --index "$scratch/index" "$documents"
if [[ ! -e $million/manifest ]]; then
    count=$(wc -l <"$documents")
    "$binaries/neardup" index --quiet --index "$million" "$documents"
    "$binaries/generate-crawl" --seed 7 --pages $((1000000 - count)) --output - |
        "$binaries/neardup" index --quiet --index "$million" -
fi

echo '| | documents a request | checks/s | p50 ms | p99 ms | errors |'
echo '| --- | --- | --- | --- | --- | --- |'
load_neardup "neardup, $(wc -l <"$documents") documents" "$scratch/index"
load_neardup 'neardup, 1,000,000 documents' "$million"

cd "$here"
DOCUMENTS=$documents "$python" -m uvicorn gaoya_service:app --port "$port" --workers 2 --log-level error &
server=$!
wait_for "http://127.0.0.1:$port/docs"
# Each of its workers has an index of its own to make.
sleep 10
load "gaoya, FastAPI, uvicorn, $(wc -l <"$documents") documents" "http://127.0.0.1:$port" /check /check_lines
