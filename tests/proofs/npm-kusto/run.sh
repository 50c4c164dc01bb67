#!/usr/bin/env bash
# Proof: Microsoft's own KQL parser takes every query that itsmc sends, the function that it saves, and
# the examples of README, docs and help.
# usage: run.sh ITSMC_SIM BUILD_DIR ITSMC; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/npm-kusto
itsmc=$3
. "$here/../simulator.sh"
install_package "$here" "$work" client.js

home=$work/home
rm -rf "$home" && mkdir -p "$home"
run() { env -i PATH=/usr/bin:/bin HOME="$home" LANG=C.UTF-8 "$itsmc" "$@"; }
(umask 077
 printf '%s\n' 'pass word+&%=é' >"$home/password"
 printf '%s\n' 's3cret+with&odd%=chars' >"$home/secret")
start_simulator "$binary" "$work/servicenow" --generate 40
run connection add prod --partner servicenow --url "$URL" --self-hosted --username itsmc.integration \
  --password-file "$home/password" --client-id itsmc-client --client-secret-file "$home/secret" \
  --sync-days 120 >"$work/said" 2>&1
instance=$SIMULATOR_PID
PRODUCT=azure start_simulator "$binary" "$work/azure"
trap 'kill "$instance" "$SIMULATOR_PID" 2>/dev/null || true' EXIT
azure=$(curl -fsS "$CONTROL/azure")
run workspace add law --resource-id "$(jq -r .workspace_id <<<"$azure")" --authority "$URL" \
  --arm-endpoint "$URL" --query-endpoint "$URL" --auth secret --tenant "$(jq -r .tenant <<<"$azure")" \
  --client-id itsmc-client --client-secret-file "$home/secret" >>"$work/said" 2>&1
run workspace setup law >>"$work/said" 2>&1
run connection edit prod --workspace law >>"$work/said" 2>&1
run sync run >>"$work/said" 2>&1
run workspace push law --verify >>"$work/said" 2>&1
run workspace query law ServiceDesk_CL --latest >>"$work/said" 2>&1
run workspace test law >>"$work/said" 2>&1

# What was sent: queries, and the function that setup saved.
curl -fsS "$CONTROL/journal" >"$work/journal"
body='(.body | if type == "string" then (fromjson? // {}) else (. // {}) end)'
jq -c "select(.method == \"POST\" and (.target | test(\"/query\"))) | $body.query" "$work/journal" >"$work/sent"
jq -c "select(.method == \"PUT\" and (.target | test(\"/savedSearches/\"))) | $body.properties.query" \
  "$work/journal" >"$work/saved"
# What is told: an example that begins with | goes on from the table.
{ run workspace query --help; cat "$here/../../../README.md" "$here"/../../../docs/*.md; } |
  grep -oP "workspace query \S+ '\K[^']+" | sed 's/^|/ServiceDesk_CL |/' | jq -R . >"$work/told"
for kind in sent saved told; do
  [ -s "$work/$kind" ] || { echo "FAILED: no KQL was found that is $kind" >&2; exit 1; }
done
jq -s 'unique' "$work/sent" "$work/saved" "$work/told" >"$work/texts.json"
count=$(cd "$work" && node client.js texts.json)
expect "texts parsed" "$(jq length "$work/texts.json")" "$count"
echo "PROVED: @kusto/language-service-next took all $count KQL texts: sent, saved and told"
