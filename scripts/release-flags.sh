#!/usr/bin/env bash
# To be sourced: what every release is compiled with, since the compiler begins anew when its flags change.
#
# On Linux a release has Swift's runtime in it: it starts a third sooner, and runs where Swift is not installed. `swift package` knows no
# --static-swift-stdlib, which does the same.
release_flags=()
if [[ $(uname) == Linux ]]; then release_flags+=(-Xswiftc -static-stdlib); fi
