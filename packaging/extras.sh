#!/usr/bin/env bash
# Makes what packages carry beside the program: manual pages, completions and
# the notices of all modules. Usage: packaging/extras.sh DIR [PROGRAM]; without a
# PROGRAM of this machine one is built.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=${1:?give a folder}
rm -rf "$dir"
mkdir -p "$dir/man" "$dir/completions"
# Built for this machine, whatever a release is being built for.
unset GOOS GOARCH
program=$dir/spcheck
if [ -n "${2:-}" ]; then
  cp "$2" "$program"
else
  go build -trimpath -o "$program" ./cmd/spcheck
fi
# The pages bear the day of the commit, so that two builds compare equal.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
go run -C tools ./commands man "$(realpath "$dir")/man" "$(realpath "$program")"
gzip -9 --no-name "$dir"/man/*.1
"$program" completion bash >"$dir/completions/spcheck.bash"
"$program" completion zsh >"$dir/completions/_spcheck"
"$program" completion fish >"$dir/completions/spcheck.fish"
"$program" completion powershell >"$dir/completions/spcheck.ps1"
go run -C tools ./licences notices "$(realpath "$dir")/NOTICES"
