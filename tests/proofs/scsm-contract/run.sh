#!/usr/bin/env bash
# Proof: the simulated SCSM bridge keeps the contract itsmc-scsm/1. The npm package
# @stoplight/prism-cli stands in front of it as a proxy and refuses every request and answer that
# the OpenAPI document does not allow.
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/scsm-contract
. "$here/../simulator.sh"

install_package "$here" "$work" contract.jq scsm-itsmc-contract.openapi.json
PRODUCT=scsm start_simulator "$binary" "$work" --generate 450
jq -f "$work/contract.jq" "$work/scsm-itsmc-contract.openapi.json" >"$work/contract.json"

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
  console.log(s.address().port); s.close(); })')
rm -f "$work/prism.log"  # a former run's, which says that it listens
"$work/node_modules/.bin/prism" proxy "$work/contract.json" "$URL/api/itsmc/v1" --errors \
  -h 127.0.0.1 -p "$port" >"$work/prism.log" 2>&1 &
PRISM_PID=$!
trap 'kill "$PRISM_PID" "$SIMULATOR_PID" 2>/dev/null; wait 2>/dev/null || true' EXIT
PROXY=http://127.0.0.1:$port
for _ in $(seq 150); do
  grep -qs 'Prism is listening' "$work/prism.log" && break
  sleep 0.2
done
grep -qs 'Prism is listening' "$work/prism.log" || { echo "FAILED: prism did not start" >&2; exit 1; }

TOKEN=$(curl -fsS "$URL/contoso.onmicrosoft.com/oauth2/token" \
  --data-urlencode grant_type=client_credentials --data-urlencode client_id=itsmc-client \
  --data-urlencode 'client_secret=s3cret+with&odd%=chars' \
  --data-urlencode resource=https://smoc123.azurewebsites.net | jq -r .access_token)
exchanges=0

# ask WANTED_STATUS PATH [CURL_OPTION...]: through the proxy; the answer's body in $work/body. Fails
# for another status and for every violation that the proxy saw.
ask() {
  local wanted=$1 path=$2 got
  shift 2
  got=$(curl -sS -o "$work/body" -D "$work/head" -w '%{http_code}' \
    -H "Authorization: Bearer $TOKEN" "$@" "$PROXY/$path")
  if [ "$got" != "$wanted" ] || grep -qi '^sl-violations' "$work/head"; then
    echo "FAILED: $path: wanted $wanted, got $got" >&2
    cat "$work/head" "$work/body" >&2
    exit 1
  fi
  exchanges=$((exchanges + 1))
}
# with FAULT WANTED_STATUS PATH: the same while that fault is on.
with() {
  curl -fsS "$CONTROL/fault?$1" >/dev/null
  ask "$2" "$3"
  curl -fsS "$CONTROL/faults/clear" >/dev/null
}
body() { jq -r "$1" "$work/body"; }
json=(-H 'Content-Type: application/json')

ask 200 info
expect "contract" itsmc-scsm/1 "$(body .contract)"
ask 200 me
expect "client" itsmc-client "$(body .clientId)"

# pages TYPE LIST: every page, with a window; the number of rows must be the truth's.
pages() {
  local link=$2'?$filter=lastModified%20ge%202000-01-01T00:00:00.000Z&$top=100' rows=0
  while [ -n "$link" ]; do
    ask 200 "$link"
    rows=$((rows + $(body '.value | length')))
    link=$(body '."@odata.nextLink" // ""')
    link=${link#*/api/itsmc/v1/}
  done
  expect "rows of $2" "$(curl -fsS "$CONTROL/truth?type=$1" | wc -l)" "$rows"
}
pages incident incidents
pages change-request changerequests
ask 200 'incidents?$orderby=lastModified%20asc,baseId%20asc&$top=1'
first=$(body '.value[0].baseId')
ask 200 "workitems/$first"
ask 200 "workitems/$(body .id)"
expect "the same item" "$first" "$(body .baseId)"

for name in IncidentStatusEnum System.WorkItem.TroubleTicket.UrgencyEnum \
  System.WorkItem.TroubleTicket.ImpactEnum IncidentSourceEnum IncidentClassificationEnum \
  IncidentTierQueuesEnum ChangeStatusEnum ChangeCategoryEnum ChangePriorityEnum ChangeImpactEnum \
  ChangeRiskEnum; do
  ask 200 "enumerations/$name"
done
expect "values of the last" 4 "$(body '.values | length')"

ask 201 configitems "${json[@]}" -d '{"class":"Microsoft.Windows.Computer",
  "principalName":"app07.contoso.local","displayName":"app07"}'
item=$(body .baseId)
ask 200 configitems "${json[@]}" -d '{"class":"Microsoft.Windows.Computer",
  "principalName":"app07.contoso.local","displayName":"app07"}'
ask 200 "configitems?\$filter=displayName%20eq%20'app07'%20or%20principalName%20eq%20'app07'"
expect "configuration items" 1 "$(body '.value | length')"

incident='{"title":"Disk full \u2013 caf\u00e9","urgency":"High","impact":"Low",
  "externalId":"alert-1","affectedConfigItem":"'$item'"}'
ask 201 incidents "${json[@]}" -d "$incident"
expect "title" 'Disk full – café' "$(body .title)"
ask 200 incidents "${json[@]}" -d "$incident"
expect "configuration item" app07 "$(body '.configItems[0].displayName')"
ask 409 incidents "${json[@]}" -d "${incident/Disk full/Disk empty}"

# The features externalId, changes and templates.
ask 200 info
expect "features" externalId,changes,templates "$(body '.features | join(",")')"
ask 200 "incidents?\$filter=externalId%20eq%20'alert-1'"
expect "incidents of that key" 1 "$(body '.value | length')"
made=$(body '.value[0].baseId')
ask 200 "incidents?\$filter=externalId%20eq%20'alert-1~2'"
expect "incidents of another key" 0 "$(body '.value | length')"
ask 201 "workitems/$made/comments" "${json[@]}" -d '{"text":"Fired again."}'
ask 200 "workitems/$made" -X PATCH "${json[@]}" \
  -d '{"status":"Resolved","resolutionDescription":"The alert was resolved."}'
expect "status" IncidentStatusEnum.Resolved "$(body .status.name)"
ask 200 "configitems/$item"
ask 404 configitems/00000000-0000-4000-8000-000000000000
ask 200 templates
expect "templates" 2 "$(body '.value | length')"
ask 400 "workitems/$made" -X PATCH "${json[@]}" -d '{"status":"Nothing"}'

# What can be refused, in the contract's words.
ask 400 'incidents?$filter=status%20eq%20%27Active%27'
ask 404 workitems/IR9
ask 404 enumerations/Nothing
ask 400 incidents "${json[@]}" -d '{"title":"t","urgency":"Huge","impact":"Low","externalId":"2"}'
TOKEN=x ask 401 info
head -c 1100000 /dev/zero | tr '\0' x | jq -Rs \
  '{title: "t", urgency: "Low", impact: "Low", externalId: "3", description: .}' >"$work/large.json"
ask 413 incidents "${json[@]}" --data-binary "@$work/large.json"
with 'name=no-read' 403 incidents
with 'name=rate-limit' 429 incidents
with 'name=internal-error' 500 me
with 'name=sdk-unavailable' 502 incidents
with 'name=sdk-timeout' 504 changerequests

# Odd, and still the contract.
with 'name=localised' 200 incidents
with 'name=deleted-cis' 200 incidents
with 'name=empty-page' 200 incidents
with 'name=no-roles' 200 me

# The validator sees what is wrong, inside rows too.
for fault in bad-id bad-date; do
  curl -fsS "$CONTROL/fault?name=$fault" >/dev/null
  got=$(curl -sS -o /dev/null -D "$work/head" -w '%{http_code}' -H "Authorization: Bearer $TOKEN" \
    "$PROXY/incidents")
  expect "status of a page with $fault" 500 "$got"
  grep -qi '^sl-violations.*"value","0"' "$work/head" ||
    { echo "FAILED: the validator does not see $fault" >&2; exit 1; }
  curl -fsS "$CONTROL/faults/clear" >/dev/null
done
echo "PROVED: $exchanges exchanges of every route keep the contract itsmc-scsm/1 (validated by prism)"
