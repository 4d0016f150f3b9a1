#!/usr/bin/env bash
# Proves that a live index loses nothing that it has acknowledged: kills a process that adds, removes and checks at random
# moments, and compares the index with what the process had told.
#
# usage: prove-live-kills.sh [KILLS [CONFIGURATION]]      (50 kills, release)
#
# The same index is loaded, killed and verified again and again, and begun anew after every tenth kill, when verifying gets
# long. BINARIES names a folder of binaries that are built already. Exits with 1 at the first difference, and leaves the
# folder for a look.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly kills=${1:-50} configuration=${2:-release}
readonly binaries=${BINARIES:-$PWD/.build/$configuration}
readonly load=$binaries/live-load neardup=$binaries/neardup
RANDOM=${SEED:-$$}

say() { printf '%s\n' "$*" >&2; }

if [[ ! -v BINARIES ]]; then
    scripts/build.sh "$configuration" live-load neardup >&2
fi
folder=$(mktemp -d)
say "in $folder"
cd "$folder"

changes=0
for ((round = 1; round <= kills; round++)); do
    if ((round % 10 == 1)); then rm -rf index journal; fi
    : >>journal
    "$load" run --index index --journal journal --round "$round" 2>errors.txt &
    process=$!
    moment=$((RANDOM % 600 + 20))
    # Every fifth while it may still be opening.
    if ((round % 5 == 0)); then moment=$((RANDOM % 40)); fi
    sleep "0.$(printf '%03d' "$moment")"
    if ! kill -KILL $process 2>/dev/null; then
        say "round $round: it ended by itself: $(cat errors.txt)"
        exit 1
    fi
    wait $process 2>/dev/null || true
    if [[ -e index/manifest ]]; then
        # As another process sees it, its log still there.
        "$neardup" verify --quiet --index index >verify.txt 2>&1 || {
            say "round $round, killed after $moment ms: verify fails: $(cat verify.txt)"
            exit 1
        }
    fi
    "$load" verify --index index --journal journal >outcome.txt 2>&1 || {
        say "round $round, killed after $moment ms: $(cat outcome.txt)"
        exit 1
    }
    done=$(grep -c '^end' journal || true)
    changes=$((changes + (round % 10 == 0 || round == kills ? done : 0)))
done
say "$kills kills, $changes changes acknowledged, none lost; the last: $(cat outcome.txt)"
rm -rf "$folder"
