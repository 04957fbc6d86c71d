#!/usr/bin/env bash
# Makes a release as the release workflow does, with goreleaser and from what is
# committed, and publishes nothing: archives, deb, rpm, SBOMs, checksums, manifests.
# Then looks at each, installs the packages and removes them again.
#
# The program is compiled for this machine. For the other systems a program of one
# line stands in, since each would take minutes and 4.5 GB; ALL=1 compiles them all.
# The image is left out: its base lies in a registry (gcr.io); IMAGE=1 makes it.
# Exit code 77: a tool is absent, and which.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in goreleaser cyclonedx-gomod git sha256sum; do
  command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
[ "$(go env GOOS)" = linux ] || { echo "skipped: the packages are for Linux"; exit 77; }
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
here=$PWD arch=$(go env GOARCH)
git clone --quiet . "$work/source"
cd "$work/source"
# Manifests name the project's place.
git remote set-url origin https://github.com/spcheck/spcheck

trial=$work/trial.yaml
cp .goreleaser.yaml "$trial"
if [ -z "${ALL:-}" ]; then
  mkdir -p cmd/standin
  printf 'package main\n\nfunc main() {}\n' >cmd/standin/main.go
  # The rest of the matrix by another build of the same name.
  awk -v arch="$arch" '
    /^    goos: /   { print "    goos: [linux]"; next }
    /^    goarch: / { print "    goarch: [" arch "]"; next }
    /^archives:/ {
      print "  - id: standin"
      print "    main: ./cmd/standin"
      print "    binary: spcheck"
      print "    env: [CGO_ENABLED=0]"
      print "    goos: [linux, darwin, windows]"
      print "    goarch: [amd64, arm64]"
      print "    ignore: [{goos: linux, goarch: " arch "}]"
      print "    mod_timestamp: \"{{ .CommitTimestamp }}\"\n"
    }
    { print }' .goreleaser.yaml >"$trial"
fi
skip=publish,announce,validate
[ -n "${IMAGE:-}" ] || skip=$skip,ko
TAP_TOKEN=none goreleaser release --config "$trial" --snapshot --clean --skip="$skip" --timeout 120m
cd dist

echo "== checksums"
sha256sum --check --quiet checksums.txt
for system in linux_amd64.tar.gz linux_arm64.tar.gz darwin_amd64.tar.gz darwin_arm64.tar.gz windows_amd64.zip windows_arm64.zip; do
  grep -q "_$system\$" checksums.txt || { echo "no archive for $system"; exit 1; }
done

echo "== archive"
archive=$(ls spcheck_*_linux_"$arch".tar.gz)
mkdir "$work/unpacked"
tar -xzf "$archive" -C "$work/unpacked"
for file in spcheck README.md CHANGELOG.md LICENSE NOTICES man/spcheck.1.gz completions/spcheck.bash completions/_spcheck completions/spcheck.fish; do
  test -s "$work/unpacked/$file" || { echo "not in the archive: $file"; exit 1; }
done
"$work/unpacked/spcheck" version
"$work/unpacked/spcheck" explain 7000222 >/dev/null

echo "== SBOM"
sbom=${archive%.tar.gz}.cdx.json
grep -q "$(sha256sum "$sbom" | cut -d' ' -f1)" checksums.txt
for word in '"bomFormat": "CycloneDX"' 'github.com/spf13/cobra' '"Apache-2.0"'; do
  grep -qF -- "$word" "$sbom" || { echo "not in the SBOM: $word"; exit 1; }
done

echo "== manifests"
# manifest SYSTEM NAME...: each manifest has the checksum of its archive.
manifest() {
  local sum
  sum=$(grep "_$1\$" checksums.txt | cut -d' ' -f1)
  shift
  find . -name "$1" -print0 | xargs -0 -r cat | grep -qi "$sum" || { echo "$1 lacks the checksum $sum"; exit 1; }
}
manifest darwin_arm64.tar.gz 'spcheck.rb'
grep -q 'manpage "man/spcheck.1.gz"' homebrew/Casks/spcheck.rb || { echo "the cask has no manual pages"; exit 1; }
manifest windows_amd64.zip 'spcheck.json'
manifest windows_amd64.zip 'spcheck.spcheck.installer.yaml'

deb=$(find "$PWD" -name "*_$arch.deb") rpm=$(find "$PWD" -name '*.rpm' | grep -E 'x86_64|aarch64' | head -n 1)
[ "$arch" = arm64 ] || rpm=$(find "$PWD" -name '*.x86_64.rpm')
"$here/packaging/test-packages.sh" --made "$deb" "$rpm"
echo "a release was made, looked at and installed; nothing was published"
