#!/usr/bin/env bash
# Sets the peers up in .build-peers and runs each of them, and neardup, in turn on the same file.
#
# usage: run.sh [--file FILE] [--peers LIST] [--bytes PEER=BYTES,…] [--output FILE]
#        run.sh --clusters [--pages N] [--tools LIST] [--output FILE]
#
# FILE is JSON lines; by default bulk/en_gutenberg of the folder NEARDUP_DATA names. See run.py for what is measured, and
# clusters.py for what --clusters compares: whole crawls deduplicated.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly environment=.build-peers
stamp=$environment/requirements.txt
if ! cmp -s Benchmarks/peers/requirements.txt "$stamp"; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --requirement Benchmarks/peers/requirements.txt
    cp Benchmarks/peers/requirements.txt "$stamp"
fi
if [[ ! -x .build/release/neardup || ! -x .build/release/generate-crawl ]]; then
    scripts/build.sh release neardup generate-crawl
fi
program=run.py
if [[ ${1:-} == --clusters ]]; then
    program=clusters.py
    shift
fi
exec "$environment/bin/python" "Benchmarks/peers/$program" "$@"
