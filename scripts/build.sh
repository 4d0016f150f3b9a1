#!/usr/bin/env bash
# Builds products of the package:
#
#   scripts/build.sh CONFIGURATION PRODUCT...      debug or release; SWIFT names another compiler
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/release-flags.sh

readonly configuration=${1:?usage: scripts/build.sh CONFIGURATION PRODUCT...}
flags=(-c "$configuration")
if [[ $configuration == release ]]; then flags+=(${release_flags[@]+"${release_flags[@]}"}); fi
for product in "${@:2}"; do
    "${SWIFT:-swift}" build "${flags[@]}" --product "$product"
done
