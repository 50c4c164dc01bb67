#!/usr/bin/env bash
# What a shell user writes for the same job: curl and jq a page into one CSV file, then sqlite3.
#   rival_curl_jq.sh URL USER CLIENT_ID PAGE_SIZE DB
# The secrets come from ITSMC_PASSWORD and ITSMC_CLIENT_SECRET.
set -euo pipefail
url=$1 user=$2 client=$3 page=$4 db=$5
rm -f "$db" "$db-wal" "$db-shm"
csv=$(mktemp) && body=$(mktemp) && head=$(mktemp)
trap 'rm -f "$csv" "$body" "$head"' EXIT
encoded() { jq -rn 'env[$name] | @uri' --arg name "$1"; }
token=$(printf 'grant_type=password&client_id=%s&username=%s&client_secret=%s&password=%s' \
    "$client" "$user" "$(encoded ITSMC_CLIENT_SECRET)" "$(encoded ITSMC_PASSWORD)" |
  curl -sf --data @- "$url/oauth_token.do" | jq -r .access_token)
printf 'Authorization: Bearer %s' "$token" >"$head"
fields=sys_id,number,short_description,description,state,active,urgency,impact,priority,category,contact_type,escalation,assigned_to.name,assignment_group.name,opened_by.name,closed_by.name,resolved_by.name,opened_at,closed_at,resolved_at,sys_updated_on,cmdb_ci.name,cmdb_ci,sys_mod_count
since=$(date -u -d '120 days ago' '+%Y-%m-%d %H:%M:%S')
last=
while :; do
  curl -sf --compressed -G -H @"$head" "$url/api/now/table/incident" \
    --data-urlencode "sysparm_query=sys_updated_on>=$since^sys_id>$last^ORDERBYsys_id" \
    --data-urlencode "sysparm_fields=$fields" --data-urlencode "sysparm_limit=$page" \
    --data-urlencode sysparm_display_value=false --data-urlencode sysparm_exclude_reference_link=true \
    --data-urlencode sysparm_suppress_pagination_header=true --data-urlencode sysparm_no_count=true >"$body"
  rows=$(jq -r '.result[] | [.sys_id,.number,.short_description,.description,
      ({"1":"New","2":"In Progress","3":"On Hold","6":"Resolved","7":"Closed","8":"Canceled"}[.state] // .state),
      (if .active=="true" then "1" else "0" end),.urgency,.impact,.priority,.category,.contact_type,.escalation,
      .["assigned_to.name"],.["assignment_group.name"],.["opened_by.name"],.["closed_by.name"],.["resolved_by.name"]]
      + ([.opened_at,.closed_at,.resolved_at,.sys_updated_on] | map(if . == "" then "" else .[:10]+"T"+.[11:]+"Z" end))
      + [.["cmdb_ci.name"],(.cmdb_ci | if type=="object" then .value else . end),.sys_mod_count] | @csv' "$body" |
    tee -a "$csv" | tail -n 1)
  [ -n "$rows" ] || break
  last=$(jq -r '.result[-1].sys_id' "$body")
done
columns=$(for f in ${fields//,/ }; do printf 'f_%s,' "${f//./_}"; done | sed 's/,$//')
sqlite3 "$db" >/dev/null <<SQL
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
CREATE TABLE item($(echo "$columns" | sed 's/,/ TEXT,/g') TEXT, PRIMARY KEY(f_sys_id));
CREATE INDEX by_time ON item(f_sys_updated_on);
CREATE TEMP TABLE stage($(echo "$columns" | sed 's/,/ TEXT,/g') TEXT);
.mode csv
.import $csv stage
INSERT INTO item SELECT * FROM stage WHERE true ON CONFLICT(f_sys_id) DO UPDATE SET $(
  for c in ${columns//,/ }; do [ "$c" = f_sys_id ] || printf '%s=excluded.%s,' "$c" "$c"; done | sed 's/,$//');
SQL
sqlite3 "$db" 'select count(*) from item'
