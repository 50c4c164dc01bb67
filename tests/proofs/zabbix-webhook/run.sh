#!/usr/bin/env bash
# Proof: Zabbix's own ServiceNow webhook creates an incident on the simulator, updates it when the
# problem is acknowledged and again when it is over. The script is taken from the installed package
# zabbix-frontend-php and run by zabbix_js (zabbix-proxy-sqlite3).
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when a package is not installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/zabbix-webhook
. "$here/../simulator.sh"

for tool in zabbix_js jq curl; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done
template=$(find /usr/share -name media_servicenow.yaml 2>/dev/null | head -1)
[ -n "$template" ] || { echo "SKIPPED: zabbix-frontend-php is not installed"; exit 77; }
mkdir -p "$work"
# The block below "script: |", without its indentation.
awk '/^ *script: \|/ { inside = 1; next }
     inside && substr($0, 1, 8) != "        " && !/^ *$/ { exit }
     inside { print substr($0, 9) }' "$template" >"$work/webhook.js"

start_simulator "$binary" "$work"
# event VALUE UPDATE SYS_ID SUBJECT: what Zabbix would call the webhook with.
event() {
  jq -n --arg url "$URL" --arg value "$1" --arg update "$2" --arg id "$3" --arg subject "$4" '{
    alert_subject: $subject, alert_message: "Host: srv-01\nSeverity: Disaster \u2013 caf\u00e9",
    event_source: "0", event_value: $value, event_update_status: $update,
    event_recovery_value: "0", event_nseverity: "5", urgency_for_disaster: "1",
    servicenow_url: $url, servicenow_user: "itsmc.integration",
    servicenow_password: "pass word+&%=\u00e9", servicenow_sys_id: $id}' >"$work/event.json"
  zabbix_js -s "$work/webhook.js" -i "$work/event.json" -t 30 >"$work/answer" 2>"$work/log" ||
    { cat "$work/answer" "$work/log" >&2; exit 1; }
}

event 1 0 '' 'Problem: disk full on srv-01'
NUMBER=$(jq -r .tags.__zbx_servicenow_number "$work/answer")
id=$(jq -r .tags.__zbx_servicenow_sys_id "$work/answer")
expect "sys_id" "$(incident sys_id)" "$id"
expect "title" "Problem: disk full on srv-01" "$(incident short_description)"

event 1 1 "$id" 'Updated problem: disk full on srv-01'
expect "title after the update" "Updated problem: disk full on srv-01" "$(incident short_description)"
event 0 0 "$id" 'Resolved: disk full on srv-01'
expect "title after recovery" "Resolved: disk full on srv-01" "$(incident short_description)"
expect "change counter" 2 "$(incident sys_mod_count)"
expect "number of incidents" 1 "$(curl -fsS "$CONTROL/truth?table=incident" | wc -l)"

credentials='itsmc.integration:pass word+&%=é'
read_back=$(curl -fsS -u "$credentials" "$URL/api/now/table/incident/$id")
expect "urgency" 1 "$(jq -r .result.urgency <<<"$read_back")"
expect "priority from impact 3 x urgency 1" 3 "$(jq -r .result.priority <<<"$read_back")"
expect "description" $'Host: srv-01\nSeverity: Disaster – café' "$(jq -r .result.description <<<"$read_back")"
entries=$(curl -fsS -G -u "$credentials" "$URL/api/now/table/sys_journal_field" \
  --data-urlencode "sysparm_query=element_id=$id^element=comments" | jq '.result | length')
expect "comments" 3 "$entries"
echo "PROVED: Zabbix's ServiceNow webhook created, updated and closed its problem in $NUMBER"
