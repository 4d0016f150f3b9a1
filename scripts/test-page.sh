#!/usr/bin/env bash
# Uses the service's page in a real browser (Debian's chromium, without a screen), and compares its answers with /openapi.json.
#
# usage: test-page.sh [BINARY] [SCREENSHOTS]
#
# Missing programs are installed through apt-get, and the validator from PyPI into a folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${1:-.build/debug/neardup}
screenshots=${2:-}
environment=.build/openapi-environment

missing=()
for program in chromium chromedriver python3 curl; do
    command -v "$program" >/dev/null || missing+=("$program")
done
if ((${#missing[@]})); then
    packages=()
    for program in "${missing[@]}"; do
        case $program in
            chromedriver) packages+=(chromium-driver) ;;
            *) packages+=("$program") ;;
        esac
    done
    if ! command -v apt-get >/dev/null; then
        echo "test-page.sh needs ${missing[*]}" >&2
        exit 1
    fi
    root=()
    [[ $(id -u) -eq 0 ]] || root=(sudo)
    install=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends)
    "${install[@]}" "${packages[@]}" >/dev/null || { "${root[@]}" apt-get -q update && "${install[@]}" "${packages[@]}"; }
fi

python3 Tests/Browser/check_page.py "$binary" ${screenshots:+"$screenshots"}

python=python3
if ! python3 -c 'import openapi_spec_validator' 2>/dev/null; then
    [[ -x $environment/bin/python ]] || python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet 'openapi-spec-validator==0.9.0'
    python=$environment/bin/python
fi

"$python" Tests/Browser/check_openapi.py "$binary"
