#!/usr/bin/env bash
# Proof: the validating proxy Prism (npm package @stoplight/prism-cli), given the swagger of CSM 10.5,
# finds nothing wrong with what the simulator answers on every route that a client needs.
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/cherwell-swagger
. "$here/../simulator.sh"

install_package "$here" "$work" contract.js client.js
node "$work/contract.js" "$here/../../fixtures/cherwell/cherwell-csm-10.5.swagger.json" \
  "$work/contract.json"

PRODUCT=cherwell
start_simulator "$binary" "$work" --generate 200 --seed 3
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
  console.log(s.address().port); s.close(); })')
(cd "$work" && exec node node_modules/@stoplight/prism-cli/dist/index.js proxy contract.json \
  "$URL/CherwellAPI" --host 127.0.0.1 --port "$port") >"$work/prism.log" 2>&1 &
prism=$!
trap 'kill "$prism" "$SIMULATOR_PID" 2>/dev/null; wait 2>/dev/null || true' EXIT
export PROXY=http://127.0.0.1:$port SIM_USER=itsmc.integration SIM_PASSWORD='pass word+&%=é'
for _ in $(seq 150); do
  curl -fsS "$PROXY/api/V1/serviceinfo" >/dev/null 2>&1 && break
  kill -0 "$prism" 2>/dev/null || { cat "$work/prism.log" >&2; exit 1; }
  sleep 0.2
done

# The proxy must be able to find fault, or its silence says nothing.
wrong=$(curl -sS -D - -o /dev/null -X POST "$PROXY/api/V1/getsearchresults" \
  -H 'Content-Type: application/json' -H 'Authorization: Bearer none' -d '{"pageNumber":"one"}')
grep -qi '^sl-violations:' <<<"$wrong" ||
  { echo "FAILED: the proxy does not notice a request that breaks the contract" >&2; exit 1; }

timeout 120 node "$work/client.js" >"$work/result.json" || { tail -5 "$work/prism.log" >&2; exit 1; }
NUMBER=$(jq -r .number "$work/result.json")
expect "rows read" 200 "$(jq -r .rows "$work/result.json")"
expect "incidents" 201 "$(curl -fsS "$CONTROL/truth?type=incident" | wc -l)"
expect "title" 'Disk full on srv-01 & "café"' "$(incident title)"
expect "state" Resolved "$(incident state)"
expect "priority" 1 "$(incident priority)"
expect "CI" srv-proof "$(incident configuration_item)"
expect "id" "$(incident id)" "$(jq -r .id "$work/result.json")"
expect "CI as read" srv-proof "$(jq -r .ci "$work/result.json")"
expect "licences in use" 0 "$(curl -fsS "$CONTROL/licences" | jq .in_use)"
echo "PROVED: $(jq -r .routes "$work/result.json") routes keep to the swagger of CSM 10.5, as Prism (npm) sees them"
