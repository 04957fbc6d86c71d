#!/usr/bin/env bash
# Runs the Windows binary under Wine: access lists of secrets, version, settings, a
# sandbox, a secret in a file with a Windows path, commands for PowerShell, a config
# file that others may write. Exit code 77: Wine is absent. Usage:
# packaging/test-windows.sh [spcheck.exe]; without one it is built, which takes
# minutes and 4.5 GB once.
set -euo pipefail
cd "$(dirname "$0")/.."
wine=$(command -v wine64 || command -v wine || true)
[ -n "$wine" ] || { echo "skipped: wine is not installed"; exit 77; }
exe=${1:-bin/spcheck.exe}
export CGO_ENABLED=0
# Not -trimpath: this shares what go vet for Windows has compiled already.
[ $# -gt 0 ] || GOOS=windows GOARCH=amd64 nice go build -o "$exe" ./cmd/spcheck
work=$(mktemp -d)
GOOS=windows GOARCH=amd64 go test -c -o "$work" ./internal/config ./internal/secrets ./internal/trust ./internal/renew/target
source=$PWD
cleanup() { WINEPREFIX=$work/wine wineserver -k 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
export WINEPREFIX=$work/wine WINEDEBUG=-all WINEARCH=win64 WINEDLLOVERRIDES="mscoree,mshtml="
cp "$exe" "$work/spcheck.exe"
cd "$work" # where the files of the tests lie

# Go asks Windows for random bytes by ProcessPrng, which Wine 8.0 lacks.
# Such a Wine gets it in this prefix alone, made from the function that it wraps.
"$wine" wineboot --init >/dev/null 2>&1 || true
system=$WINEPREFIX/drive_c/windows/system32
if [ ! -e "$system/bcryptprimitives.dll" ]; then
  compiler=$(command -v x86_64-w64-mingw32-gcc || true)
  [ -n "$compiler" ] || { echo "skipped: this Wine lacks bcryptprimitives.dll, and there is no mingw-w64 to make one"; exit 77; }
  cat >prng.c <<'C'
#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL ProcessPrng(PBYTE data, SIZE_T size) { return RtlGenRandom(data, (ULONG)size); }
C
  "$compiler" -shared -o "$system/bcryptprimitives.dll" prng.c -ladvapi32
fi

# What only Windows runs: access lists of files with secrets, paths, folders. Go's
# tests cannot remove their folders under Wine 8.0, which is no failure of ours.
for package in config secrets trust renew/target; do
  echo "== tests of internal/$package"
  cd "$source/internal/$package"
  timeout 600 "$wine" "$work/${package##*/}.test.exe" >"$work/out" 2>&1 </dev/null || true
  if grep -E '_test\.go:[0-9]+:|^panic' "$work/out" || ! grep -qE '^(PASS|FAIL)' "$work/out"; then
    tr -d '\r' <"$work/out" | tail -n 40
    exit 1
  fi
done
cd "$work"

# spcheck CODE ARG...: runs it, and compares its exit code.
spcheck() {
  local want=$1 got=0
  shift
  timeout 300 "$wine" "$work/spcheck.exe" "$@" >out 2>err </dev/null || got=$?
  tr -d '\r' <out >out.txt
  if [ "$got" != "$want" ]; then
    echo "spcheck $*: exit code $got, want $want"
    cat out err
    exit 1
  fi
}
has() { grep -qF -- "$1" out.txt || { echo "not in the output: $1"; cat out.txt err; exit 1; }; }

echo "== version"
spcheck 0 version
has 'windows/amd64'
echo "== config show"
spcheck 0 config show
has '\AppData\Roaming\spcheck\config.yaml'
echo "== explain"
spcheck 0 explain 7000222
has '7000222'
echo "== diagnose on the sandbox"
spcheck 2 sandbox -- 'Z:'"${work//\//\\}"'\spcheck.exe' diagnose --reader none
has 'expired'
echo "== commands for PowerShell"
spcheck 2 sandbox -- 'Z:'"${work//\//\\}"'\spcheck.exe' diagnose -v
has 'az ad app credential reset'
echo "== a secret in a file with a Windows path"
printf 'not-the-right-value\r\n' >"$work/secret file.txt"
spcheck 2 sandbox -- 'Z:'"${work//\//\\}"'\spcheck.exe' diagnose --reader none --client-secret-file 'Z:'"${work//\//\\}"'\secret file.txt' -o json
has '"origin": "flag --client-secret-file (file Z:'
has '"length": 19'
echo "== a path with blanks, an umlaut and the quotation marks of a document; a log in UTF-16"
mkdir "$work/Ordner mit Ä"
printf 'AADSTS7000222: The provided client secret keys are expired.\r\n' | iconv -t UTF-16 >"$work/Ordner mit Ä/fehler.log"
spcheck 0 explain --file '„Z:'"${work//\//\\}"'\Ordner mit Ä\fehler.log“'
has '7000222'
grep -q 'quotation marks' err
echo "== the config file in %AppData%, in UTF-16 with the line breaks of Windows"
settings=$WINEPREFIX/drive_c/users/$(id -un)/AppData/Roaming/spcheck
mkdir -p "$settings"
printf 'profiles:\r\n  prod: {tenant: contoso.onmicrosoft.com, clientId: 91c4f2d7-3a58-4e06-8b7d-c05e16f8a392, clientSecret: {file: '"'Z:%s\\Ordner mit Ä\\geheim.txt'"'}}\r\n' "${work//\//\\}" | iconv -t UTF-16 >"$settings/config.yaml"
printf 'not-the-right-value\r\n' >"$work/Ordner mit Ä/geheim.txt"
spcheck 0 config check
has 'profile prod: ok'
rm -r "$settings"
echo "== a config file that Everyone may write"
# Wine shows a file's mode as its access list: what others may do, Everyone may.
mkdir -m 700 "$work/settings"
printf 'profiles: {p: {tenant: contoso.onmicrosoft.com, clientSecret: {command: [cmd, /c, echo x]}}}\r\n' >"$work/settings/config.yaml"
for case in '700 600 0' '700 666 64' '777 600 64'; do
  read -r folder file want <<<"$case"
  chmod "$folder" "$work/settings"
  chmod "$file" "$work/settings/config.yaml"
  spcheck "$want" config show --profile p --config 'settings\config.yaml'
  [ "$want" = 0 ] || grep -q 'its access list lets Everyone change it, and it sets command' err || { cat err; exit 1; }
done
echo "== UTF-8 whatever the code page"
for page in 850 1252 65001; do
  timeout 300 "$wine" cmd /c "chcp $page & spcheck.exe explain 7000222 --lang de > german.txt" >/dev/null 2>&1 </dev/null || true
  grep -q 'schlüssel' german.txt || { echo "code page $page:"; cat german.txt; exit 1; }
done
echo "the Windows binary works under $("$wine" --version 2>/dev/null | tail -n 1)"
