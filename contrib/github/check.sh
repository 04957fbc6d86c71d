#!/usr/bin/env bash
# Runs spcheck once, and shows its report three ways: in the log, as annotations
# and summary, and as JSON for later steps.
set -euo pipefail
report=${RUNNER_TEMP:?}/spcheck.json
token=$RUNNER_TEMP/spcheck-token
trap 'rm -f "$token"' EXIT

if [ -n "${INPUT_CLIENT_SECRET:-}" ]; then
  export AZURE_CLIENT_SECRET=$INPUT_CLIENT_SECRET
else
  if [ -z "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
    echo '::error::spcheck: give client-secret, or let the job ask for a token (permissions: id-token: write)'
    exit 64
  fi
  # The header goes through a file, since a process's arguments can be read.
  (
    umask 077
    curl --fail --silent --show-error --header @<(printf 'Authorization: bearer %s' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN") \
      "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=api://AzureADTokenExchange" |
      sed -n 's/.*"value" *: *"\([^"]*\)".*/\1/p' >"$token"
  )
  export AZURE_FEDERATED_TOKEN_FILE=$token
fi
unset INPUT_CLIENT_SECRET ACTIONS_ID_TOKEN_REQUEST_TOKEN

read -ra arguments <<<"$SPCHECK_ARGUMENTS"
code=0
spcheck "${arguments[@]}" --output json >"$report" || code=$?
{
  echo "exit-code=$code"
  echo "report=$report"
} >>"${GITHUB_OUTPUT:?}"
[ -s "$report" ] || exit "$code"
spcheck render "$report" --fail-on never || true
spcheck render "$report" --output github --fail-on never || true
case ${SPCHECK_FAIL_ON:-critical}:$code in
  never:[12] | critical:1) exit 0 ;;
  *) exit "$code" ;;
esac
