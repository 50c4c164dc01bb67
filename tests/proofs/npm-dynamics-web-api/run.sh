#!/usr/bin/env bash
# Proof: the npm package dynamics-web-api lists by pages, creates, updates, upserts and tracks
# changes on the simulated organisation.
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/npm-dynamics-web-api
. "$here/../simulator.sh"

install_package "$here" "$work" client.js
PRODUCT=provance start_simulator "$binary" "$work" --generate 200
export SIM_URL=$URL SIM_USER=itsmc.integration@contoso.onmicrosoft.com SIM_PASSWORD='pass word+&%=é'
timeout 60 node "$work/client.js" >"$work/result.json" || { cat "$work/result.json" >&2; exit 1; }
key=$(jq -r .key "$work/result.json")

row() {
  curl -fsS "$CONTROL/truth?type=incident" | jq -r --arg id "$1" "select(.id == \$id) | .$2"
}
expect "number of incidents" 202 "$(curl -fsS "$CONTROL/truth?type=incident" | wc -l)"
expect "title" "Disk full on srv-01 & \"café\"" "$(row "$key" title)"
expect "state" "In Progress" "$(row "$key" state)"
expect "assigned to" "ITSMC Integration" "$(row "$key" assigned_to)"
expect "upserted title" "O'Bryan's printer" "$(row "$(jq -r .own "$work/result.json")" title)"
echo "PROVED: dynamics-web-api (npm) listed 200 incidents by pages, created, updated, upserted and tracked changes"
