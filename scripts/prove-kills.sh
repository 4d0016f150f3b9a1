#!/usr/bin/env bash
# Proves that `neardup index` may be killed at any moment: kills it at random ones, runs it again, and compares every answer
# with those of an index that was never killed.
#
# usage: prove-kills.sh [KILLS [SIZE]]      (50 kills of indexing a made-up crawl of 1g)
#
# The crawl is in several files, plain and packed. Every third run is killed twice. Needs three times SIZE on disk, in
# TMPDIR. Exits with 1 at the first difference, and leaves the folder for a look.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly kills=${1:-50} size=${2:-1g}
readonly neardup=$PWD/.build/release/neardup generate=$PWD/.build/release/generate-crawl
readonly seed=${SEED:-$$}
RANDOM=$seed

say() { printf '%s\n' "$*" >&2; }

scripts/build.sh release neardup generate-crawl >&2
folder=$(mktemp -d)
say "seed $seed, in $folder"
cd "$folder"
mkdir crawl
"$generate" --seed 7 --size "$size" --format jsonl --output all.jsonl
lines=$(wc -l <all.jsonl)
split -n l/4 --additional-suffix=.jsonl all.jsonl crawl/part-
gzip -1 crawl/part-ab.jsonl
zstd -q --rm crawl/part-ac.jsonl
"$generate" --seed 8 --pages $((lines / 20)) --format warc --output crawl/pages.warc
# One line in fifty, from all parts.
awk 'NR % 50 == 1' all.jsonl >incoming.jsonl
rm all.jsonl

index() { "$neardup" index --quiet --memory 64m --index "$1" crawl; }
answers() { "$neardup" check --quiet --json --index "$1" incoming.jsonl | md5sum; }
documents() { "$neardup" stats --json --index "$1" | grep -o '"documents":[0-9]*' | head -n 1; }

start=$(date +%s%N)
index whole
duration=$((($(date +%s%N) - start) / 1000000))
expected=$(answers whole)
count=$(documents whole)
say "never killed: $count in $duration ms"

# Kills a run at a random moment, and checks what it leaves; false where the run had ended before.
kill_once() {
    local moment=$((RANDOM * 32768 + RANDOM))
    moment=$((moment % duration))
    "$neardup" index --quiet --memory 64m --index killed crawl &
    local process=$!
    sleep "$((moment / 1000)).$(printf '%03d' $((moment % 1000)))"
    local survived=0
    kill -KILL $process 2>/dev/null || survived=1
    wait $process 2>/dev/null || true
    if [[ -e killed/manifest ]]; then
        "$neardup" verify --index killed >/dev/null 2>verify.txt || {
            say "killed after $moment ms: verify fails: $(cat verify.txt)"
            exit 1
        }
    fi
    return $survived
}

ended=0 partly=0
for ((run = 1; run <= kills; run++)); do
    rm -rf killed
    kill_once || ended=$((ended + 1))
    if ((run % 3 == 0)); then kill_once || true; fi
    before=$([[ -e killed/manifest ]] && documents killed || echo '"documents":0')
    [[ $before == '"documents":0' ]] || partly=$((partly + 1))
    index killed
    "$neardup" verify --index killed >/dev/null 2>&1
    if [[ $(documents killed) != "$count" || $(answers killed) != "$expected" ]]; then
        say "run $run (killed with $before): $(documents killed), expected $count; or the answers differ"
        exit 1
    fi
done
say "$kills kills: $partly left a part of the index, $ended came too late; every index answers as if never killed"
rm -rf "$folder"
