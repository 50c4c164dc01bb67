#!/usr/bin/env bash
# Proof: Azure's own npm management clients create table, rule, role and saved function over TLS.
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the packages cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/npm-azure-arm
. "$here/../simulator.sh"
install_package "$here" "$work" client.js

PRODUCT=azure start_simulator "$binary" "$work" --tls --cert-dir "$work"
azure=$(curl -fsS "$CONTROL/azure")
given=$(jq --arg url "$URL" '{url: $url, tenant: .tenant_id, client: "itsmc-client",
  secret: "s3cret+with&odd%=chars", subscription, group: .resource_group, workspace,
  principal: (.principals[] | select(.name == "client") | .object_id)}' <<<"$azure")
export NODE_EXTRA_CA_CERTS=$CA_FILE
timeout 120 node "$work/client.js" "$given" >"$work/result.json" ||
  { cat "$work/result.json" >&2; exit 1; }

answer() { jq -rc ".$1" "$work/result.json"; }
expect "workspace GUID" "$(jq -r .customer_id <<<"$azure")" "$(answer customer)"
expect "rule before the table" "400 InvalidPayload InvalidOutputTable" "$(answer early)"
expect "table" Succeeded "$(answer state)"
expect "columns" '["TimeGenerated:dateTime","ServiceDeskId_s:string","Open_b:boolean"]' \
  "$(answer columns)"
[[ $(answer immutable) =~ ^dcr-[0-9a-f]{32}$ ]] || expect "immutable id" dcr-... "$(answer immutable)"
# arm-monitor writes "resourcegroups": ids are the same whatever their case.
lowered() { tr '[:upper:]' '[:lower:]'; }
group=$(jq -r '.workspace_id | sub("/Microsoft.OperationalInsights.*"; "")' <<<"$azure")
expect "scope of the role" \
  "$(lowered <<<"$group/Microsoft.Insights/dataCollectionRules/dcr-itsm")" \
  "$(answer scope | lowered)"
expect "the same role under another name" "409 RoleAssignmentExists" "$(answer again)"
expect "a rule that is not there" "404 ResourceNotFound" "$(answer missing)"
expect "saved function" ServiceDesk "$(answer alias)"
echo "PROVED: @azure/arm-operationalinsights, arm-monitor and arm-authorization set a workspace up"
