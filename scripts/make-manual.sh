#!/usr/bin/env bash
# Makes the manual pages and the shells' completions from the command's own help, once the command is built.
#
# usage: make-manual.sh FOLDER
#
# FOLDER gets man1/neardup.1 and a page for each subcommand, and completions/neardup.bash, _neardup (zsh), neardup.fish.
# Nothing is done where they are newer than the command.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/release-flags.sh

readonly folder=${1:?usage: make-manual.sh FOLDER}
readonly binary=.build/release/neardup
readonly outputs=.build/plugins/GenerateManual/outputs/neardup

if [[ $folder/man1/neardup.1 -nt $binary ]]; then exit 0; fi

# The day of the last change, so that the same sources give the same pages.
day=$(git log -1 --format=%cs 2>/dev/null || date +%F)
swift package ${release_flags[@]+"${release_flags[@]}"} generate-manual --multi-page --date "$day" \
    >"$binary.manual.log" 2>&1 || {
    cat "$binary.manual.log" >&2
    exit 1
}
rm -rf "$folder"
mkdir -p "$folder/man1" "$folder/completions"
for page in "$outputs"/*.1; do
    name=$(basename "$page")
    # neardup.index.1 is read with `man neardup-index`; help has nothing to say of its own.
    if [[ $name == neardup.help.1 ]]; then continue; fi
    name=${name%.1}
    cp "$page" "$folder/man1/${name//./-}.1"
done
"$binary" --generate-completion-script bash >"$folder/completions/neardup.bash"
"$binary" --generate-completion-script zsh >"$folder/completions/_neardup"
"$binary" --generate-completion-script fish >"$folder/completions/neardup.fish"
touch "$folder/man1/neardup.1"
