#!/usr/bin/env bash
# Proof: paging by next link, quoting and unquoted dates, as our client writes them, mean the same to
# another OData v4 server (@sap/cds over SQLite, whose next links are relative).
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$2/npm-sap-cds
. "$here/../simulator.sh"

install_package "$here" "$work" server.js client.js service.cds
rm -f "$work/ready"
mkfifo "$work/ready"
node "$work/server.js" >"$work/ready" 2>"$work/server.log" &
SERVER=$!
trap 'kill "$SERVER" 2>/dev/null; wait "$SERVER" 2>/dev/null || true' EXIT
if ! read -r -t 60 line <"$work/ready"; then
  echo "FAILED: the server did not start (see $work/server.log)" >&2
  exit 1
fi
base=$(jq -r .url <<<"$line")/api/data/v9.2
timeout 60 node "$work/client.js" "$base" incidents incidentid >"$work/result.json" ||
  { cat "$work/result.json" >&2; exit 1; }
result() { jq -r ".$1" "$work/result.json"; }

expect "rows over all pages" 500 "$(result rows)"
expect "different rows" 500 "$(result ids)"
expect "in order" true "$(result sorted)"
expect "next links" 12 "$(result links)"
expect "next links are relative" true "$(result relative)"
expect "rows of ten seconds" 50 "$(result late)"
expect "a doubled quote" 1 "$(result quoted)"
expect "a quote that is not doubled" 400 "$(result unquoted_status)"
expect "a quote in contains" 2 "$(result part)"
echo "PROVED: @sap/cds (npm) pages 500 rows by relative next links, reads doubled quotes and unquoted dates"
