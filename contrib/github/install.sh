#!/usr/bin/env bash
# Fetches a release of spcheck for the runner at hand, checks it, and puts it
# where the next steps find it.
set -euo pipefail
version=${SPCHECK_VERSION:?} dir=${RUNNER_TEMP:?}/spcheck
case $version in *[!0-9A-Za-z.-]*) echo "::error::spcheck: that is no version"; exit 64 ;; esac
case ${RUNNER_OS:?} in
  Linux) os=linux extension=tar.gz ;;
  macOS) os=darwin extension=tar.gz ;;
  Windows) os=windows extension=zip ;;
  *) echo "::error::spcheck: there is no release for $RUNNER_OS"; exit 64 ;;
esac
case ${RUNNER_ARCH:?} in
  X64) arch=amd64 ;;
  ARM64) arch=arm64 ;;
  *) echo "::error::spcheck: there is no release for $RUNNER_ARCH"; exit 64 ;;
esac
archive=spcheck_${version}_${os}_${arch}.$extension
base=https://github.com/spcheck/spcheck/releases/download/v$version
mkdir -p "$dir"
cd "$dir"
fetch() { curl --fail --silent --show-error --location --proto '=https' --retry 3 --remote-name "$1"; }
fetch "$base/$archive"
if [ -n "${SPCHECK_SHA256:-}" ]; then
  printf '%s  %s\n' "$SPCHECK_SHA256" "$archive" >expected
else
  fetch "$base/checksums.txt"
  grep -F "  $archive" checksums.txt >expected
fi
if command -v sha256sum >/dev/null; then sha256sum --check --strict expected; else shasum -a 256 --check expected; fi
case $extension in
  zip) unzip -oq "$archive" spcheck.exe ;;
  *) tar -xzf "$archive" spcheck ;;
esac
echo "$dir" >>"${GITHUB_PATH:?}"
