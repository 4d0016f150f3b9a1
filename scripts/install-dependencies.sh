#!/usr/bin/env bash
# Makes sure that what neardup is built with is there: Swift 6.2 or later, and the system libraries.
#
# usage: install-dependencies.sh [--check]
#
# Missing libraries are installed through apt-get, by root or through sudo. Where there is no apt-get, or with --check,
# the script says what is missing and how to get it, and exits with 1.
set -euo pipefail

readonly least_major=6 least_minor=2
check_only=false

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$@"
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
has_library() { has pkg-config && pkg-config --exists "$1"; }

case "${1:-}" in
    "") ;;
    --check) check_only=true ;;
    *) fail "usage: ${0##*/} [--check]" ;;
esac

# Swift comes from swift.org and from no distribution that is recent enough: told, never installed.
check_swift() {
    if ! has swift; then
        fail "Swift is not installed, or not in PATH. neardup needs Swift $least_major.$least_minor or later:" \
            "install it from https://www.swift.org/install, then run this again."
    fi
    local version pattern='Swift version ([0-9]+)\.([0-9]+)'
    version=$(swift --version 2>&1)
    if ! [[ $version =~ $pattern ]]; then
        fail "The version of Swift could not be told from \`swift --version\`: $version"
    fi
    local major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
    if ((major < least_major || (major == least_major && minor < least_minor))); then
        fail "neardup needs Swift $least_major.$least_minor or later; this is $major.$minor at $(command -v swift)." \
            "Install a newer one from https://www.swift.org/install, then run this again."
    fi
}

# Fills `packages` with the Debian names of what is missing, and `reasons` with what each is for.
find_missing() {
    packages=() reasons=()
    need() {
        packages+=("$1")
        reasons+=("$1: $2")
    }
    has pkg-config || need pkg-config "tells the compiler where the libraries are"
    has_library libzstd || need libzstd-dev "reads and writes zstd"
    has_library libisal || need libisal-dev "reads gzip (Intel ISA-L)"
    has_library simdjson || need libsimdjson-dev "parses JSON lines"
    has_library libxml-2.0 || need libxml2-dev "parses HTML"
    has_library libbrotlidec || need libbrotli-dev "unpacks pages that were sent with brotli"
    has_library zlib || need zlib1g-dev "is linked by the packages that the service is built with"
    has zstd || need zstd "the command; the tests unpack and compare with it"
    has curl || need curl "the tests send requests with it"
    has git || need git "Swift's package manager fetches other packages with it"
    # Only Debian's place is known; elsewhere git brings its own.
    if has apt-get && [[ ! -e /etc/ssl/certs/ca-certificates.crt ]]; then
        need ca-certificates "git trusts GitHub by them"
    fi
}

# Debian's names of packages in those of another system.
translate() {
    local package
    for package in "${packages[@]}"; do
        case "$1/$package" in
            brew/libzstd-dev | brew/zstd) echo zstd ;;
            brew/libisal-dev) echo isa-l ;;
            brew/libsimdjson-dev) echo simdjson ;;
            brew/libxml2-dev) echo libxml2 ;;
            brew/libbrotli-dev) echo brotli ;;
            brew/zlib1g-dev) echo zlib ;;
            dnf/pkg-config) echo pkgconf-pkg-config ;;
            dnf/libzstd-dev) echo libzstd-devel ;;
            dnf/libisal-dev) echo isa-l-devel ;;
            dnf/libsimdjson-dev) echo simdjson-devel ;;
            dnf/libxml2-dev) echo libxml2-devel ;;
            dnf/libbrotli-dev) echo brotli-devel ;;
            dnf/zlib1g-dev) echo zlib-devel ;;
            *) echo "$package" ;;
        esac
    done | sort -u | paste -sd ' ' -
}

explain_missing() {
    say "neardup needs these, which are missing:"
    printf '  %s\n' "${reasons[@]}" >&2
}

fail_with_instructions() {
    say "$1 Install them with whichever of these your system has:"
    say "  apt-get install ${packages[*]}"
    say "  dnf install $(translate dnf)"
    say "  brew install $(translate brew)"
    fail "then run this again."
}

install_with_apt() {
    local root=()
    if [[ $(id -u) -ne 0 ]]; then
        has sudo || fail_with_instructions "This needs root, and there is no sudo."
        root=(sudo)
    fi
    # A plain assignment before the command would not pass through sudo.
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q)
    if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
        say "Fetching the package lists, which are missing: ${apt[*]} update"
        "${apt[@]}" update
    fi
    say "Installing them: ${apt[*]} install -y --no-install-recommends ${packages[*]}"
    if ! "${apt[@]}" install -y --no-install-recommends "${packages[@]}"; then
        say "That failed. The package lists may be old: fetching them and trying once more."
        "${apt[@]}" update
        "${apt[@]}" install -y --no-install-recommends "${packages[@]}"
    fi
}

check_swift
find_missing
[[ ${#packages[@]} -gt 0 ]] || exit 0
explain_missing
if $check_only; then fail_with_instructions "Nothing was installed."; fi
has apt-get || fail_with_instructions "There is no apt-get here."
install_with_apt
find_missing
if [[ ${#packages[@]} -gt 0 ]]; then
    explain_missing
    fail "apt-get reported success, and they are missing still. If PKG_CONFIG_PATH or PKG_CONFIG_LIBDIR is set, unset it."
fi
