#!/usr/bin/env bash
# Proof: requests of a client, sent through @stoplight/prism-cli as a validating proxy, agree with
# Azure's own specifications, and so do the simulator's answers to them.
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/prism-azure
. "$here/../simulator.sh"
install_package "$here" "$work"
specs=$here/../../fixtures/azure/specification
logs=operationalinsights/resource-manager/Microsoft.OperationalInsights/stable
data_plane=monitor/data-plane/ingestion/stable/2023-01-01/DataCollectionRules.json

PRODUCT=azure start_simulator "$binary" "$work" --fault arm-direct
azure=$(curl -fsS "$CONTROL/azure")
tenant=$(jq -r .tenant_id <<<"$azure")
subscription=$(jq -r .subscription <<<"$azure")
workspace=$(jq -r .workspace_id <<<"$azure")
customer=$(jq -r .customer_id <<<"$azure")
principal=$(jq -r '.principals[] | select(.name == "client") | .object_id' <<<"$azure")
group=${workspace%%/providers/*}

token() {
  curl -fsS "$URL/$tenant/oauth2/v2.0/token" -d grant_type=client_credentials \
    -d client_id=itsmc-client --data-urlencode 'client_secret=s3cret+with&odd%=chars' \
    --data-urlencode "scope=$1/.default" | jq -r .access_token
}
arm=$(token https://management.azure.com)
ingestion=$(token https://monitor.azure.com)
query=$(token https://api.loganalytics.io)

# prism NAME SPEC [BASE]: a proxy that refuses what the specification does not allow; sets PRISM.
proxies=()
prism() {
  local port
  rm -f "$work/prism-$1.log"  # a former run's, which says that it listens
  port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
  "$work/node_modules/.bin/prism" proxy --errors -h 127.0.0.1 -p "$port" "$specs/$2" "$URL${3:-}" \
    >"$work/prism-$1.log" 2>&1 &
  proxies+=($!)
  PRISM=http://127.0.0.1:$port
  local tries=0
  until grep -qs "is listening" "$work/prism-$1.log"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "FAILED: prism $1 did not start" >&2; exit 1; }
    read -r -t 0.1 <> <(:) || true
  done
}
trap 'kill "${proxies[@]}" "$SIMULATOR_PID" 2>/dev/null; wait 2>/dev/null || true' EXIT

# call WHAT STATUS TOKEN CURL-ARGUMENT...: fails when the status differs or a violation is told.
call() {
  local what=$1 wanted=$2 bearer=$3
  shift 3
  local status
  status=$(curl -sS -o "$work/body" -D "$work/headers" -w '%{http_code}' \
    -H "Authorization: Bearer $bearer" -H 'Content-Type: application/json' "$@")
  if grep -qi '^sl-violations' "$work/headers"; then
    echo "FAILED: $what: $(grep -i '^sl-violations' "$work/headers")" >&2
    exit 1
  fi
  [ "$status" = "$wanted" ] || { cat "$work/body" >&2; expect "$what" "$wanted" "$status"; }
}

prism workspaces "$logs/2023-09-01/Workspaces.json"
# The document writes this one path in lower case.
call "workspace" 200 "$arm" "$PRISM${workspace/resourceGroups/resourcegroups}?api-version=2023-09-01"
expect "workspace GUID" "$customer" "$(jq -r .properties.customerId "$work/body")"

columns='[{"name":"TimeGenerated","type":"dateTime","description":"sent"},
  {"name":"ServiceDeskId_s","type":"string","description":"number"},
  {"name":"Open_b","type":"boolean","description":"open"}]'
prism tables "$logs/2022-10-01/Tables.json"
call "table" 200 "$arm" -X PUT "$PRISM$workspace/tables/ServiceDesk_CL?api-version=2022-10-01" \
  -d "{\"properties\":{\"plan\":\"Analytics\",\"schema\":{\"name\":\"ServiceDesk_CL\",\"columns\":$columns}}}"
call "table back" 200 "$arm" "$PRISM$workspace/tables/ServiceDesk_CL?api-version=2022-10-01"

# The relaxed copy: the real service takes kind Direct and streams of one's own (reference 9).
prism rules monitor/resource-manager/Microsoft.Insights/stable/2023-03-11/dataCollectionRules_API.relaxed.json
rule=$group/providers/Microsoft.Insights/dataCollectionRules/dcr-itsm
call "rule" 201 "$arm" -X PUT "$PRISM$rule?api-version=2023-03-11" \
  -d "{\"location\":\"westeurope\",\"kind\":\"Direct\",\"properties\":{
       \"streamDeclarations\":{\"Custom-ServiceDesk_CL\":{\"columns\":$(jq -c 'map({name, type: (.type | ascii_downcase)})' <<<"$columns")}},
       \"destinations\":{\"logAnalytics\":[{\"workspaceResourceId\":\"$workspace\",\"name\":\"law\"}]},
       \"dataFlows\":[{\"streams\":[\"Custom-ServiceDesk_CL\"],\"destinations\":[\"law\"],
         \"transformKql\":\"source\",\"outputStream\":\"Custom-ServiceDesk_CL\"}]}}"
immutable=$(jq -r .properties.immutableId "$work/body")
call "rule back" 200 "$arm" "$PRISM$rule?api-version=2023-03-11"

# {scope} is one segment for prism: the slashes inside it are encoded.
prism roles authorization/resource-manager/Microsoft.Authorization/stable/2022-04-01/authorization-RoleAssignmentsCalls.json
scope=${rule#/}
call "role" 201 "$arm" -X PUT \
  "$PRISM/${scope//\//%2F}/providers/Microsoft.Authorization/roleAssignments/5a2c6a7e-8f4d-4c55-9d0e-0d3c1a3f8a11?api-version=2022-04-01" \
  -d "{\"properties\":{\"principalId\":\"$principal\",\"principalType\":\"ServicePrincipal\",
       \"roleDefinitionId\":\"/subscriptions/$subscription/providers/Microsoft.Authorization/roleDefinitions/3913510d-42f4-4e42-8a64-420c390055eb\"}}"

prism ingestion "$data_plane"
upload="$PRISM/dataCollectionRules/$immutable/streams/Custom-ServiceDesk_CL?api-version=2023-01-01"
call "rows" 204 "$ingestion" "$upload" \
  -d '[{"TimeGenerated":"2026-01-01T00:00:00Z","ServiceDeskId_s":"INC1","Open_b":true}]'
call "an empty write" 204 "$ingestion" "$upload" -d '[]'

prism query operationalinsights/data-plane/Microsoft.OperationalInsights/stable/v1/OperationalInsights.json /v1
call "query" 200 "$query" "$PRISM/workspaces/$customer/query" \
  -d '{"query":"ServiceDesk_CL | where Open_b | project ServiceDeskId_s","timespan":"P1D"}'
expect "row read" INC1 "$(jq -r '.tables[0].rows[0][0]' "$work/body")"
# The document calls every cell a string; the service writes numbers as numbers.
call "query by GET" 200 "$query" \
  "$PRISM/workspaces/$customer/query?query=ServiceDesk_CL%20%7C%20project%20ServiceDeskId_s"

# The judge judges: what the specification forbids does not pass.
status=$(curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $ingestion" \
  -H 'Content-Type: application/json' "$URL/dataCollectionRules/${upload##*/dataCollectionRules/}" -d '{"a":1}')
expect "an object instead of an array, straight" 204 "$status"
prism again "$data_plane"
status=$(curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $ingestion" \
  -H 'Content-Type: application/json' \
  "$PRISM/dataCollectionRules/$immutable/streams/Custom-ServiceDesk_CL?api-version=2023-01-01" -d '{"a":1}')
expect "the same through prism" 422 "$status"
echo "PROVED: workspace, table, rule, role, ingestion and query agree with Azure's specifications both ways"
