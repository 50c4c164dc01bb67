#!/usr/bin/env bash
# Sets up a fresh Debian 12, builds, and shows the main job on real data: the audit log of a real
# ServiceNow instance, served by a simulated one, synced into the local store and compared with the
# truth row by row. Everything happens below build/demo and on 127.0.0.1. May be run again.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
trap 'echo "error: the demo stopped at line $LINENO: see the lines above" >&2' ERR

say "== setting up and building (a few minutes the first time)"
install_missing "${itsmc_packages[@]}" jq
cmake --preset release >/dev/null
cmake --build --preset release --target itsmc itsmc-sim

demo=$PWD/build/demo
rm -rf "$demo" && mkdir -p "$demo"
export PATH=$PWD/build/release:$PATH
export ITSMC_CONFIG_DIR=$demo/config ITSMC_DATA_DIR=$demo/data ITSMC_STATE_DIR=$demo/state
simulator=

stop_azure() {
  [ -z "${azure:-}" ] || { kill "$azure" && wait "$azure"; } 2>/dev/null || true
  azure=
}
stop_simulator() {
  [ -z "$simulator" ] || kill "$simulator" 2>/dev/null || true
  [ -z "$simulator" ] || wait "$simulator" 2>/dev/null || true
  simulator=
}
trap 'stop_simulator; stop_azure' EXIT

# The instance as it stood at a moment of its log; that moment is now.
start_simulator() {
  stop_simulator
  rm -f "$demo/ready.json" # its text would be read before the new one writes
  build/release/tests/simulator/itsmc-sim servicenow \
    --log tests/data/servicenow-incident-log.csv.xz --at "$1" >"$demo/ready.json" &
  simulator=$!
  for _ in $(seq 100); do [ -s "$demo/ready.json" ] && break; sleep 0.1; done
  url=$(jq -r .url "$demo/ready.json") control=$(jq -r .control "$demo/ready.json")
}

# Shown as it can be typed: a word that the shell would read otherwise is quoted.
run() {
  local word line='$'
  for word; do
    [[ $word =~ ^[A-Za-z0-9_/.,:=@+-]+$ ]] || word=${word@Q}
    line+=" $word"
  done
  printf '%s\n' "$line" >&2
  "$@"
}

# What a reader may wonder about in the lines below it.
note() { printf '# %s\n' "$*" >&2; }

# The secrets of the simulated instance, in files as a pipeline would have them.
(umask 077
 printf '%s\n' 'pass word+&%=é' >"$demo/password"
 printf '%s\n' 's3cret+with&odd%=chars' >"$demo/client-secret")

add_connection() {
  run itsmc connection add "$1" --partner servicenow --url "$url" --self-hosted \
    --username itsmc.integration --password-file "$demo/password" \
    --client-id itsmc-client --client-secret-file "$demo/client-secret" --sync-days 120
}

# The instance's rows and the store's, as sorted lines: any difference ends the demo.
compare() {
  curl -sf "$control/truth?table=incident" |
    jq -r '[.sys_id,.number,(.sys_updated_on|sub(" ";"T")+"Z"),(.sys_mod_count|tostring),.state,
            .short_description,.assigned_to,.cmdb_ci] | @tsv' | LC_ALL=C sort >"$demo/truth.tsv"
  itsmc query "select id, number, updated_at, version, state, title, assigned_to,
      configuration_item from work_items
      where connection = '$1' and type = 'incident' and deleted_at is null" -o ndjson |
    jq -r '[.id,.number,.updated_at,.version,.state,.title,.assigned_to,.configuration_item]
           | @tsv' | LC_ALL=C sort >"$demo/store.tsv"
  cmp "$demo/truth.tsv" "$demo/store.tsv"
  printf 'the store equals the replayed log row by row: %s incidents, none lost, none twice\n' \
    "$(wc -l <"$demo/store.tsv")"
}

expect() {
  [ "$2" "$3" "$4" ] || { echo "error: $1: expected $3 $4, got $2" >&2; exit 1; }
}
field() { jq -r ".[] | select(.type==\"incident\") | .$1" "$demo/report.json"; }

say "== 1. An instance as it stood on 2016-06-10 at 12:00; connect to it"
start_simulator "2016-06-10 12:00"
add_connection prod
run itsmc connection test prod

say "== 2. The first sync"
run itsmc sync run -o json >"$demo/report.json"
jq -c '.[] | {type, status, fetched, created, updated, unchanged, requests, seconds}' "$demo/report.json"
expect "incidents of the first sync" "$(field created)" -eq 24645
compare prod

say "== 3. Ten days later: only what changed comes"
curl -sf "$control/advance?to=2016-06-20%2000:00" >/dev/null
sleep 2.5 # the youngest second is left to the next run
run itsmc sync run
itsmc sync history -o json | jq '[.[] | select(.type=="incident")][0:1]' >"$demo/report.json"
expect "incidents read by the second sync" "$(field fetched)" -lt 2000
compare prod

say "== 4. A burst: about 3,150 incidents changed within 40 minutes, up to 420 in one minute"
start_simulator "2016-03-24 18:30"
add_connection burst
run itsmc sync run burst -o json >"$demo/report.json"
expect "incidents before the burst" "$(field created)" -eq 7379
compare burst
curl -sf "$control/advance?to=2016-03-24%2019:10" >/dev/null
sleep 2.5
run itsmc sync run burst
compare burst

say "== 5. On to Log Analytics: from an empty workspace to a dashboard's table"
build/release/tests/simulator/itsmc-sim azure --tls >"$demo/azure.json" &
azure=$!
for _ in $(seq 100); do [ -s "$demo/azure.json" ] && break; sleep 0.1; done
arm=$(jq -r .url "$demo/azure.json") azure_control=$(jq -r .control "$demo/azure.json")
curl -sf "$azure_control/azure" >"$demo/azure-ids.json"
run itsmc workspace add law --resource-id "$(jq -r .workspace_id "$demo/azure-ids.json")" \
  --authority "$arm" --arm-endpoint "$arm" --query-endpoint "$arm" \
  --ca-file "$(jq -r .ca_file "$demo/azure.json")" --auth secret \
  --tenant "$(jq -r .tenant "$demo/azure-ids.json")" --client-id itsmc-client \
  --client-secret-file "$demo/client-secret"
run itsmc workspace setup law
run itsmc workspace test law
run itsmc connection edit burst --workspace law --no-verify
run itsmc sync run burst --quiet
run itsmc workspace push law --verify
# The rows in the workspace, the last version of each, beside the store's.
itsmc query "select RecordId_s, LastModifiedDate_t, Title_s, IncidentState_s, AssignedTo_s from ServiceDesk_CL
    where ServiceDeskConnectionName_s = 'burst' and ServiceDeskWorkItemType_s = 'Incident'" -o ndjson |
  jq -r '[.[]|tostring]|@tsv' | LC_ALL=C sort >"$demo/store.tsv"
curl -sf "$azure_control/rows?table=ServiceDesk_CL" |
  jq -r 'select(.ServiceDeskWorkItemType_s=="Incident")
         | [.RecordId_s,.LastModifiedDate_t,.Title_s,.IncidentState_s,.AssignedTo_s]|map(tostring)|@tsv' |
  LC_ALL=C sort >"$demo/workspace.tsv"
cmp "$demo/store.tsv" "$demo/workspace.tsv"
printf 'the workspace equals the store row by row: %s incidents\n' "$(wc -l <"$demo/workspace.tsv")"
sent=$(curl -sf "$azure_control/rows/count?table=ServiceDesk_CL" | jq .rows)
curl -sf "$control/advance?to=2016-03-24%2019:40" >/dev/null
sleep 2.5
run itsmc sync run burst
more=$(($(curl -sf "$azure_control/rows/count?table=ServiceDesk_CL" | jq .rows) - sent))
expect "rows sent half an hour later" "$more" -lt 1000
printf 'half an hour later %s changed rows were sent, and no others\n' "$more"
run itsmc workspace push law --verify
note 'the row without a label: the change requests, which have no incident state'
run itsmc workspace query law 'ServiceDesk_CL | summarize n = count() by IncidentState_s | sort by n' --latest

say "== 6. Look at them"
note "the state \"-100\": a code in the instance's log that has no label"
run itsmc workitem summary --connection prod --type incident
run itsmc workitem list --connection prod --open --limit 5 --fields number,state,priority,assigned_to,updated_at
run itsmc query "select IncidentState_s as state, count(*) as n from ServiceDesk_CL group by 1 order by 2 desc limit 5"
run itsmc sync status

say "== done: everything above lies in build/demo; the simulator has ended. To look on:"
printf '  export PATH=%q:$PATH\n' "$PWD/build/release"
printf '  export %s=%q\n' ITSMC_CONFIG_DIR "$ITSMC_CONFIG_DIR" ITSMC_DATA_DIR "$ITSMC_DATA_DIR" ITSMC_STATE_DIR "$ITSMC_STATE_DIR"
printf '  itsmc workitem list --connection prod --open\n'
