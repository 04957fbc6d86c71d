#!/usr/bin/env bash
# Fetches a release of spcheck for the runner at hand, verifies it, and puts it
# where the next steps find it.
#
# checksums.txt comes from the same release as the archive, so it only shows that
# the download is whole. That the archive was built by the project's own release
# workflow is shown by a SHA-256 that you pin, or by the attestation of where it
# was built. One of the two must hold.
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
if command -v sha256sum >/dev/null; then sums=(sha256sum); else sums=(shasum -a 256); fi
verified() { "${sums[@]}" --check expected >/dev/null || { echo "::error::spcheck: $archive does not have the expected SHA-256"; exit 1; }; }
if [ -n "${SPCHECK_SHA256:-}" ]; then
  printf '%s  %s\n' "$SPCHECK_SHA256" "$archive" >expected
  verified
else
  fetch "$base/checksums.txt"
  # The whole name: the archive's SBOM is listed too, and its name begins alike.
  awk -v name="$archive" '$2 == name || $2 == "*" name' checksums.txt >expected
  [ "$(wc -l <expected)" -eq 1 ] || { echo "::error::spcheck: checksums.txt does not list $archive once"; exit 1; }
  verified
  command -v gh >/dev/null || { echo "::error::spcheck: install the GitHub CLI, which verifies where a release was built, or set sha256"; exit 64; }
  gh attestation verify "$archive" --repo spcheck/spcheck --signer-workflow spcheck/spcheck/.github/workflows/release.yml
fi
case $extension in
  zip) unzip -oq "$archive" spcheck.exe ;;
  *) tar -xzf "$archive" spcheck ;;
esac
echo "$dir" >>"${GITHUB_PATH:?}"
