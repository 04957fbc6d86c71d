#!/usr/bin/env bash
# Builds the deb and the rpm, installs each into an empty root, runs what was
# installed, and removes it again. Exit code 77: a tool is absent, and which.
# Usage: packaging/test-packages.sh [PROGRAM]; without a PROGRAM one is built.
# packaging/test-packages.sh --made DEB RPM takes packages that goreleaser made.
set -euo pipefail
cd "$(dirname "$0")/.."
need() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
  done
}
need dpkg dpkg-deb rpm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "${1:-}" = --made ]; then
  cp "$2" "$work/spcheck.deb"
  cp "$3" "$work/spcheck.rpm"
else
  need nfpm
  packaging/extras.sh bin/extras "${1:-}"
  export VERSION=0.0.1 ARCH
  ARCH=$(go env GOARCH)
  nfpm package --config packaging/nfpm.yaml --packager deb --target "$work/spcheck.deb"
  nfpm package --config packaging/nfpm.yaml --packager rpm --target "$work/spcheck.rpm"
fi

# installed ROOT: what has to be there, and to work.
installed() {
  local root=$1
  "$root/usr/bin/spcheck" version
  "$root/usr/bin/spcheck" explain 7000222 >/dev/null
  gzip -dc "$root/usr/share/man/man1/spcheck-diagnose.1.gz" | grep -q 'SPCHECK-DIAGNOSE'
  grep -q __start_spcheck "$root/usr/share/bash-completion/completions/spcheck"
  grep -q 'github.com/spf13/cobra' "$root/usr/share/doc/spcheck/NOTICES"
  test -s "$root/usr/lib/systemd/system/spcheck.timer"
  test "$(stat -c %a "$root/etc/spcheck/environment")" = 600
}

# removed ROOT: nothing is left but what a person may have written.
removed() {
  local left
  left=$(find "$1/usr" "$1/etc" \( -type f -o -type l \) -path '*spcheck*' 2>/dev/null || true)
  test -z "$left" || { echo "left behind: $left"; exit 1; }
}

echo "== deb"
root=$work/deb
mkdir -p "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/info"
touch "$root/var/lib/dpkg/status"
debian() { dpkg --root="$root" --force-not-root --force-depends --log=/dev/null "$@"; }
debian --install "$work/spcheck.deb" >/dev/null
installed "$root"
debian --purge spcheck >/dev/null
removed "$root"

echo "== rpm"
root=$work/rpm
mkdir -p "$root"
red() { rpm --root "$root" --dbpath /var/lib/rpm --nodeps --noscripts "$@"; }
red --install "$work/spcheck.rpm"
installed "$root"
red --erase spcheck
removed "$root"
echo "both packages were installed, run and removed"
