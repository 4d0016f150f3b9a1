#!/usr/bin/env bash
# Builds products of the package:
#
#   scripts/build.sh CONFIGURATION PRODUCT...      debug or release; SWIFT names another compiler
#
# On Linux a release has Swift's runtime in it: it starts a third sooner, and runs where Swift is not installed. Every release is built
# here, since the compiler begins anew when its flags change.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly configuration=${1:?usage: scripts/build.sh CONFIGURATION PRODUCT...}
flags=(-c "$configuration")
if [[ $configuration == release && $(uname) == Linux ]]; then flags+=(--static-swift-stdlib); fi
for product in "${@:2}"; do
    "${SWIFT:-swift}" build "${flags[@]}" --product "$product"
done
