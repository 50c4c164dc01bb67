#!/usr/bin/env bash
# Proof: the npm package servicenow-rest-api creates, reads and updates an incident on the simulator.
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/npm-servicenow-rest-api
. "$here/../simulator.sh"

install_package "$here" "$work" client.js
start_simulator "$binary" "$work" --tls --cert-dir "$work"
export NODE_EXTRA_CA_CERTS=$CA_FILE
export SIM_HOST=${URL#https://} SIM_USER=itsmc.integration SIM_PASSWORD='pass word+&%=é'
timeout 60 node "$work/client.js" >"$work/result.json" || { cat "$work/result.json" >&2; exit 1; }
NUMBER=$(jq -r .number "$work/result.json")

expect "number of incidents" 1 "$(curl -fsS "$CONTROL/truth?table=incident" | wc -l)"
expect "title" "Disk full on srv-01 & \"café\"" "$(incident short_description)"
expect "state code" 2 "$(incident state_code)"
expect "state" "In Progress" "$(incident state)"
expect "change counter" 1 "$(incident sys_mod_count)"
expect "what the client read" "1 - Critical" "$(jq -r .priority "$work/result.json")"
expect "sys_id" "$(incident sys_id)" "$(jq -r .sys_id "$work/result.json")"
echo "PROVED: servicenow-rest-api (npm) created, read and updated $NUMBER over https with Basic"
