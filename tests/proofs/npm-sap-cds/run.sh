#!/usr/bin/env bash
# Proof: itsmc syncs from another OData v4 server (@sap/cds over SQLite) as if it were Dataverse: its next
# links are relative, it makes pages of 40 whatever is asked, and it has neither etags nor annotations.
# Paging, quoting and unquoted dates mean the same to it; it takes only tokens meant for its address.
# usage: run.sh ITSMC_SIM BUILD_DIR ITSMC; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$2/npm-sap-cds
itsmc=$3
. "$here/../simulator.sh"

install_package "$here" "$work" server.js client.js service.cds
tenant=contoso.onmicrosoft.com
user=itsmc.integration@$tenant
export ITSMC_PASSWORD='pass word+&%=é'
PRODUCT=entra start_simulator "$1" "$work"
begin=$(date -u -d '2 days ago' +%Y-%m-%dT00:00:00Z)
rm -f "$work/ready"
mkfifo "$work/ready"
node "$work/server.js" "$begin" "$CONTROL/check" >"$work/ready" 2>"$work/server.log" &
SERVER=$!
trap 'kill "$SERVER" "$SIMULATOR_PID" 2>/dev/null; wait 2>/dev/null || true' EXIT
if ! read -r -t 60 line <"$work/ready"; then
  echo "FAILED: the server did not start (see $work/server.log)" >&2
  exit 1
fi
api=$(jq -r .url <<<"$line")
base=$api/api/data/v9.2
curl -fsS "$CONTROL/resource?uri=$api" >/dev/null

# The client of this proof has a token of its own.
BEARER=$(curl -fsS "$URL/$tenant/oauth2/v2.0/token" -d grant_type=password -d client_id=itsmc-public \
  --data-urlencode "username=$user" --data-urlencode "password=$ITSMC_PASSWORD" \
  --data-urlencode "scope=$api/.default" | jq -r .access_token)
export BEARER
timeout 60 node "$work/client.js" "$base" incidents incidentid "$begin" >"$work/result.json" ||
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
expect "without a token" 401 "$(curl -sS -o "$work/refused" -w '%{http_code}' "$base/incidents")"

export HOME=$work/home
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
rm -rf "$HOME"
mkdir -p "$HOME"

# run WHAT WORD...: itsmc with those words; its output is left in $work/out.
run() {
  local what=$1
  shift
  "$itsmc" "$@" >"$work/out" 2>"$work/err" && return
  echo "FAILED: $what" >&2
  cat "$work/out" "$work/err" >&2
  exit 1
}

# same_rows WHAT: what itsmc holds is what the server holds, field for field.
same_rows() {
  timeout 60 node "$work/client.js" "$base" incidents incidentid >"$work/rows.json"
  jq -S 'map({id: .incidentid, number: .ticketnumber, title, description, state: (.statuscode | tostring),
    priority: (.prioritycode | tostring), open: (.statecode == 0), created: .createdon, updated: .modifiedon,
    assigned: ._ownerid_value}) | sort_by(.id)' "$work/rows.json" >"$work/wanted.json"
  run "listing" workitem list --limit 0 -o json
  jq -S 'map({id, number, title, description, state, priority, open, created: .created_at,
    updated: .updated_at, assigned: .assigned_to}) | sort_by(.id)' "$work/out" >"$work/stored.json"
  diff "$work/wanted.json" "$work/stored.json" >"$work/different" ||
    { echo "FAILED: $1: other rows than the server's" >&2; head -40 "$work/different" >&2; exit 1; }
}

run "adding the connection" connection add desk --partner provance --url "$api" --profile dataverse-case \
  --username "$user" --client-id itsmc-public --authority "$URL" --work-items incident --sync-days 30
run "the first sync" sync run -o json --quiet
expect "rows of the first sync" 500 "$(jq '.[0].created' "$work/out")"
same_rows "the first sync"

# write METHOD PATH [JSON]: at the server, past itsmc.
write() {
  curl -fsS -o "$work/written" -X "$1" "$base/incidents$2" -H "Authorization: Bearer $BEARER" \
    -H "Content-Type: application/json" --data "${3:-}"
}

# One row changes, one is made, within the overlap of the next window; then one goes.
row=$(jq -r '.[] | select(.number == "CAS-10") | .id' "$work/stored.json")
now=$(date -u -d '30 seconds ago' +%Y-%m-%dT%H:%M:%SZ)
write PATCH "($row)" "{\"title\":\"O'Bryan's \\\"new\\\" printer\",\"statecode\":1,\"statuscode\":5,\"modifiedon\":\"$now\"}"
write POST "" "$(jq --arg now "$now" '.[0] | .incidentid = "11111111-0000-4000-8000-000000000001" |
  .ticketnumber = "CAS-NEW" | .modifiedon = $now' "$work/rows.json")"
run "the second sync" sync run -o json --quiet
expect "rows of the second sync" "1 made, 1 changed" \
  "$(jq -r '.[0] | "\(.created) made, \(.updated) changed"' "$work/out")"
same_rows "the second sync"
write DELETE "($row)"
run "the full sync" sync run --full -o json --quiet
same_rows "the full sync"
expect "rows behind the full sync" 500 "$(jq length "$work/stored.json")"
echo "PROVED: itsmc syncs 500 rows, a change, a new row and a deletion from @sap/cds (npm), by relative next links"
