#!/usr/bin/env bash
# What `make lint` checks besides the format of the Swift sources: no file in git is over 1 MiB, and every shell script
# parses.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly limit=$((1 << 20))
failed=0

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    while IFS= read -r -d '' file; do
        [[ -f $file && ! -L $file ]] || continue
        size=$(wc -c <"$file")
        if ((size > limit)); then
            printf '%s: %d bytes; a file in git has at most %d\n' "$file" "$size" "$limit" >&2
            failed=1
        fi
    done < <(git ls-files -z)
else
    echo "not a git checkout: sizes of files are not checked" >&2
fi

for script in scripts/*.sh Benchmarks/*.sh Benchmarks/peers/*.sh Benchmarks/service/*.sh .ci/run; do
    bash -n "$script" || failed=1
    if [[ ! -x $script ]]; then
        echo "$script: not executable; chmod +x it" >&2
        failed=1
    fi
done

exit "$failed"
