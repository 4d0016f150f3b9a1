#!/usr/bin/env bash
# Builds the fuzz targets of Tests/Fuzzing with libFuzzer and the address and undefined-behaviour sanitizers, replays the
# inputs that once failed, and tries new ones.
#
#   scripts/fuzz.sh [--runs N] [TARGET...]      N inputs a target (20,000), of all targets
#
# Corpora grow in .build/fuzz/corpus/TARGET; an input that fails is left in .build/fuzz/failures. Once mended, it belongs in
# Tests/Fuzzing/regressions/TARGET. A new target is a file in Tests/Fuzzing and a line in Tests/Fuzzing/targets.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=20000
wanted=()
while (($# > 0)); do
    case $1 in
    --runs)
        runs=${2:?--runs needs a number}
        shift 2
        ;;
    -*)
        echo "usage: scripts/fuzz.sh [--runs N] [TARGET...]" >&2
        exit 64
        ;;
    *)
        wanted+=("$1")
        shift
        ;;
    esac
done

readonly work=.build/fuzz
readonly sanitizers=(-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)
mkdir -p "$work/failures" "$work/objects"

# Whether a compiler has the runtimes that the targets need.
fuzzes() {
    [[ -x $1 ]] || return 1
    printf '#include <stddef.h>\n#include <stdint.h>\n#ifdef __cplusplus\nextern "C"\n#endif\nint LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) { return (void)d, (void)n, 0; }\n' >"$work/probe.cpp"
    "$1" "${sanitizers[@]}" -o "$work/probe" "$work/probe.cpp" >"$work/probe.log" 2>&1 && "$work/probe" -runs=1 >>"$work/probe.log" 2>&1
}

# The Swift toolchain's clang first, where Swift says that lies, then the system's.
find_compiler() {
    local candidate swift
    swift=$(command -v swift || true)
    for candidate in "${CXX_FUZZ:-}" "${swift:+$(dirname "$(readlink -f "$swift")")/clang++}" \
        "$(command -v clang++ || true)" /usr/bin/clang++-*; do
        if [[ -n $candidate ]] && fuzzes "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

if ! cxx=$(find_compiler); then
    echo "fuzz.sh: SKIPPED, nothing was fuzzed: no clang here has the libFuzzer, address and undefined-behaviour runtimes" >&2
    echo "fuzz.sh: apt install clang libclang-rt-dev, or name a compiler in CXX_FUZZ; what was tried last said:" >&2
    tail -n 3 "$work/probe.log" >&2 || true
    exit 0
fi

compile() {
    local target=$1 sources=$2 libraries=$3 objects=() includes=() source object
    # Several flags in one line.
    read -ra includes < <(pkg-config --cflags libxml-2.0 2>/dev/null || true)
    includes+=(-ISources/CKernels/include -ISources/CSimdJSON/include -ISources/CPageText/include)
    # The patterns of the list are meant to be expanded.
    # shellcheck disable=SC2086
    for source in Tests/Fuzzing/"$target".c* $sources; do
        object=$work/objects/$target-${source//\//_}.o
        if [[ $source == *.c ]]; then
            "${cxx%++}" -x c -std=c17 -g -O2 "${sanitizers[@]}" "${includes[@]}" -c "$source" -o "$object"
        else
            "$cxx" -std=c++17 -g -O2 "${sanitizers[@]}" "${includes[@]}" -c "$source" -o "$object"
        fi
        objects+=("$object")
    done
    # shellcheck disable=SC2086
    if ! "$cxx" "${sanitizers[@]}" -o "$work/$target" "${objects[@]}" $libraries >"$work/$target.log" 2>&1; then
        grep -v 'Cannot export local symbol' "$work/$target.log" >&2
        return 1
    fi
}

# Something to begin with: the samples of the repository, and what the readers and tokenisers treat apart.
seed() {
    local corpus=$1
    mkdir -p "$corpus"
    head -c 1500 Data/crawl.jsonl >"$corpus/seed-crawl"
    head -c 1500 Data/incoming.txt >"$corpus/seed-text"
    printf '\x07\x05\x00aWord \xc3\xa9t\xc3\xa9 \xe4\xb8\xad\xe6\x96\x87 \xe3\x8c\x96\xe3\x8c\x96 \xef\xb7\xba e\xcc\x81 \xed\x95\x9c \xe0\xb8\x81\xe0\xb8\xb3 \xff\xc3 \xf0\x9f\x98\x80' >"$corpus/seed-scripts"
    printf '\xff\xff\xff{"id":7,"text":"a\\u00e9\\ud83d\\ude00\\ud83d\\n","meta":{"url":"u"},"date":"2026"}\n{"text":[1,{"a":null}]}\n{"meta.url":"x","text":"y","id":"z"}' >"$corpus/seed-json"
    printf '\x00\xc8\x10\x03\x80\x00%0200d' 7 >"$corpus/seed-table"
    printf '\x01\x00\x20<!DOCTYPE html><meta charset="utf-8"><title>A &amp; b</title><script>if (a<b)</script><p class=x>caf&eacute; &#x4e2d;&lt<br>x<table><tr><td>1<td>2</table><pre>a\r\n b</pre><ul><li>one<li>two</ul><svg><p></svg><!-- c --><textarea><p>' >"$corpus/seed-page"
    printf '\x05\x00\x20\x1b$B$"$$\x1b(B a \x81\x30\x81\x30 \xa4\xa2 \x83\x41 \x88\x62 <?xml version="1.0" encoding="euc-kr"?><meta http-equiv=x content="text/html; charset=shift_jis">' >"$corpus/seed-charsets"
}

failed=0
while IFS='|' read -r target sources libraries longest; do
    target=${target// /}
    longest=${longest// /}
    [[ -n $target && $target != \#* ]] || continue
    if ((${#wanted[@]} > 0)) && [[ " ${wanted[*]} " != *" $target "* ]]; then continue; fi
    echo "fuzz.sh: $target"
    compile "$target" "$sources" "$libraries"
    corpus=$work/corpus/$target
    [[ -d $corpus ]] || seed "$corpus"
    inputs=("$corpus")
    if [[ -d Tests/Fuzzing/regressions/$target ]]; then inputs+=("Tests/Fuzzing/regressions/$target"); fi
    # Memory and time of an input are bounded: an input that is slow or large has failed too.
    if ! "$work/$target" -runs="$runs" -max_len="$longest" -rss_limit_mb=1024 -malloc_limit_mb=256 -timeout=10 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$work/failures/$target-" "${inputs[@]}" \
        >"$work/$target.log" 2>&1; then
        failed=1
        tail -n 40 "$work/$target.log" >&2
        echo "fuzz.sh: $target failed; the input is in $work/failures, the report in $work/$target.log" >&2
    else
        grep -E 'number_of_executed_units|average_exec_per_sec|peak_rss_mb' "$work/$target.log" || true
    fi
done <Tests/Fuzzing/targets
exit "$failed"
