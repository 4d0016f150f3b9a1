#!/usr/bin/env bash
# Proves that `neardup dedup` may be killed at any moment: kills it at random ones, runs it again until it ends, and compares every
# byte of the results with those of a run that was never killed.
#
# usage: prove-dedup-kills.sh [KILLS [PAGES]]      (20 kills, a made-up crawl of 100000 pages)
#
# The crawl is in several files of several kinds, plain and packed. Every third run is killed twice, and runs have one thread or two.
# CRAWL names a file to take in place of the made-up crawl, MEMORY what runs may take (64m). NEARDUP and GENERATE name other binaries
# than those that are built here. Exits with 1 at the first difference, and leaves the folder for a look.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly kills=${1:-20} pages=${2:-100000}
readonly neardup=${NEARDUP:-$PWD/.build/release/neardup} generate=${GENERATE:-$PWD/.build/release/generate-crawl}
readonly given=${CRAWL:+$(realpath "$CRAWL")}
readonly seed=${SEED:-$$}
RANDOM=$seed

say() { printf '%s\n' "$*" >&2; }

[[ -n ${NEARDUP:-} ]] || scripts/build.sh release neardup >&2
[[ -n ${GENERATE:-}$given ]] || scripts/build.sh release generate-crawl >&2
folder=$(mktemp -d)
say "seed $seed, in $folder"
cd "$folder"
mkdir crawl
if [[ -n $given ]]; then
    ln -s "$given" all.jsonl
else
    "$generate" --seed 7 --pages "$pages" --output all.jsonl
    "$generate" --seed 8 --pages $((pages / 20)) --format warc --output crawl/pages.warc
    gzip -1 crawl/pages.warc
fi
split -n l/3 --additional-suffix=.jsonl all.jsonl crawl/part-
gzip -1 crawl/part-ab.jsonl
zstd -q --rm crawl/part-ac.jsonl
rm all.jsonl

dedup() { "$neardup" dedup --quiet --memory "${MEMORY:-64m}" --threads $((RANDOM % 2 + 1)) --output "$1" crawl; }
bytes() { (cd "$1" && find . -type f -not -path './.neardup-work/*' -print0 | sort -z | xargs -0 md5sum | md5sum); }

start=$(date +%s%N)
dedup whole
duration=$((($(date +%s%N) - start) / 1000000))
expected=$(bytes whole)
say "never killed: $duration ms, $(head -c 80 whole/summary.json)"

ended=0
declare -A phases=()
# Kills a run at a random moment; false where it had ended before.
kill_once() {
    local moment=$(((RANDOM * 32768 + RANDOM) % duration))
    dedup killed &
    local process=$!
    sleep "$((moment / 1000)).$(printf '%03d' $((moment % 1000)))"
    # The shell that runs it has it as its only child.
    local survived=0 child
    child=$(ps -o pid= --ppid $process | tr -d ' ') || true
    kill -KILL ${child:-$process} 2>/dev/null || survived=1
    wait $process 2>/dev/null || true
    return $survived
}

for ((run = 1; run <= kills; run++)); do
    rm -rf killed
    kill_once || true
    if ((run % 3 == 0)) && [[ ! -e killed/summary.json ]]; then kill_once || true; fi
    phase=none
    if [[ -e killed/summary.json && ! -e killed/.neardup-work/state.json ]]; then
        ended=$((ended + 1))
    else
        if [[ -e killed/.neardup-work/state.json ]]; then
            phase=$(sed -n 's/^{"phase":"\(.*\)"}$/\1/p' killed/.neardup-work/state.json | tail -n 1)
        fi
        phases[${phase:-begun}]=$((${phases[${phase:-begun}]:-0} + 1))
        dedup killed || {
            say "run $run (killed after $phase): the run after it fails"
            exit 1
        }
    fi
    if [[ $(bytes killed) != "$expected" ]]; then
        say "run $run (killed after $phase): other results"
        exit 1
    fi
done
said=
for phase in "${!phases[@]}"; do said+=" $phase: ${phases[$phase]}"; done
say "$kills kills, $ended came too late; the last finished phase of the others:$said; all results are those of a run never killed"
rm -rf "$folder"
