#!/usr/bin/env bash
# Measures everything RESULTS.md tells, into JSON files, and writes RESULTS.md and its plots anew.
#
# usage: measure.sh [PART…]
#
# PART is generated, files, growth, peers or report; all of them where none is named. What a part measured before stays until
# it is measured again. Real texts come from the folder NEARDUP_DATA names (../shared/data). Sizes are smaller with, for example,
#   SIZE=256m GROWTH=10k,100k RUNS=1 Benchmarks/measure.sh generated growth report
set -euo pipefail
cd "$(dirname "$0")/.."

readonly size=${SIZE:-2g} growth=${GROWTH:-10k,100k,1m,10m} runs=${RUNS:-3} temporary=${TEMP:-/tmp}
readonly data=${NEARDUP_DATA:-../shared/data} results=Benchmarks/results
readonly neardup=.build/release/neardup generate=.build/release/generate-crawl
folder=$(mktemp -d "$temporary/measure-XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir -p "$results"

if [[ ! -x $neardup || ! -x $generate ]]; then
    scripts/build.sh release neardup generate-crawl
fi

# bench NAME ARGUMENT…: one file of results; the old one stays until the new one is whole.
bench() {
    local name=$1
    shift
    echo "$name" >&2
    "$neardup" bench --json --runs "$runs" --temp "$folder" "$@" >"$folder/$name.json"
    mv "$folder/$name.json" "$results/$name.json"
}

generated() {
    bench generated --generate "$size" --seed 7
    bench one-core --generate 256m --seed 7 --threads 1 --quality-pages 0 --stages read,parse,shingle,sketch,index
    "$generate" --seed 7 --size 256m --format warc --output "$folder/crawl.warc"
    bench warc --quality-pages 0 "$folder/crawl.warc"
    rm "$folder/crawl.warc"
}

files() {
    local name
    for name in en_gutenberg ko_wiki ja_aozora; do
        [[ -f $data/bulk/$name.jsonl.zst ]] || { echo "$data/bulk/$name.jsonl.zst is not there: left out" >&2; continue; }
        zstd -q -d "$data/bulk/$name.jsonl.zst" -o "$folder/$name.jsonl"
        bench "$name" --quality-pages 0 "$folder/$name.jsonl"
        if [[ $name == en_gutenberg ]]; then
            gzip -k "$folder/$name.jsonl"
            bench "$name-gz" --quality-pages 0 --stages read,inflate,index "$folder/$name.jsonl.gz"
            zstd -q "$folder/$name.jsonl" -o "$folder/$name.jsonl.zst"
            bench "$name-zst" --quality-pages 0 --stages read,inflate,index "$folder/$name.jsonl.zst"
        else
            python3 Benchmarks/escape.py <"$folder/$name.jsonl" >"$folder/escaped.jsonl"
            bench "$name-escaped" --quality-pages 0 --stages read,parse,shingle,sketch,index "$folder/escaped.jsonl"
        fi
        rm -f "$folder"/*.jsonl*
    done
}

growth() { bench growth --memory 2g --growth "$growth"; }

peers() { NEARDUP_DATA=$data Benchmarks/peers/run.sh --temp "$folder"; }

report() {
    local python=.build-peers/bin/python
    [[ -x $python ]] || { python3 -m venv .build-peers && .build-peers/bin/pip install -q matplotlib==3.11.2; }
    "$python" Benchmarks/report.py
}

parts=("$@")
((${#parts[@]})) || parts=(generated files growth peers report)
for part in "${parts[@]}"; do
    case $part in
        generated | files | growth | peers | report) "$part" ;;
        *)
            echo "expected generated, files, growth, peers or report; got $part" >&2
            exit 64
            ;;
    esac
done
