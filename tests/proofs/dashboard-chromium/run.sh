#!/usr/bin/env bash
# Proof: the dashboard's page, made of the log of a real instance, works in headless Chromium.
# usage: run.sh ITSMC_SIM BUILD_DIR ITSMC; exit 77 without browser or package.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/dashboard-chromium
itsmc=$3
. "$here/../simulator.sh"

browser=$(command -v chromium || command -v chromium-browser || true)
[ -n "$browser" ] || { echo "SKIPPED: chromium is not installed"; exit 77; }
install_package "$here" "$work" browse.js
start_simulator "$binary" "$work" --log "$here/../../data/servicenow-incident-log.csv.xz" \
  --at "2016-06-10 12:00"

rm -rf "$work/home"
mkdir -p "$work/home"
export ITSMC_CONFIG_DIR=$work/home/config ITSMC_DATA_DIR=$work/home/data ITSMC_STATE_DIR=$work/home/state
(umask 077
 printf '%s\n' 'pass word+&%=é' >"$work/home/password"
 printf '%s\n' 's3cret+with&odd%=chars' >"$work/home/client-secret")
"$itsmc" connection add prod --partner servicenow --url "$URL" --self-hosted --quiet \
  --username itsmc.integration --password-file "$work/home/password" \
  --client-id itsmc-client --client-secret-file "$work/home/client-secret" --sync-days 120
"$itsmc" sync run --quiet >/dev/null

# Titles of people who mean harm, where a partner would have put them.
python3 - "$ITSMC_DATA_DIR/itsmc.db" "$work/hostile.json" <<'PY'
import json, sqlite3, sys
titles = ["</script><script>window.pwned=1</script>", "<img src=x onerror='window.pwned=2'>pwned",
          "\"]}--><b>pwned</b>", "<!--<script>pwned", "pwned \u2028 ${pwned} ' \" \\ \u202e",
          "pwned " + "x" * 4990, "pwned \u8cc7\u6599\u5eab\u4e3b\u6a5f \u062e\u0627\u062f\u0645"]
store = sqlite3.connect(sys.argv[1])
for place, title in enumerate(titles):
    store.execute("UPDATE work_item SET title = ? WHERE change_seq = "
                  "(SELECT change_seq FROM work_item ORDER BY change_seq LIMIT 1 OFFSET ?)", (title, place))
store.commit()
json.dump(titles, open(sys.argv[2], "w"))
PY

begin=$(date -u -d '90 days ago' +%F)  # amid the log's items
count() { "$itsmc" query "select count(*) from work_items where $1" -o csv --no-headers | tr -d '\r'; }
jq -n --slurpfile titles "$work/hostile.json" \
  --argjson all "$(count 1)" --argjson change "$(count "type = 'change-request'")" \
  --argjson open "$(count 'open')" --argjson closed "$(count "state = 'Closed'")" \
  --argjson prod "$(count "connection = 'prod'")" \
  --argjson text "$(count "number like '%00286%' or title like '%00286%'")" \
  --argjson ci "$(count "configuration_item like '%cmdb_ci 49%'")" \
  --argjson from "$(count "created_at >= '$begin'")" --arg begin "$begin" \
  '{all: $all, hostile: ($titles[0] | length), hostile_titles: $titles[0],
    filters: [["type", "change-request", $change], ["open", "1", $open], ["state", "Closed", $closed],
      ["connection", "prod", $prod], ["text", "00286", $text], ["computer", "cmdb_ci 49", $ci],
      ["from", $begin, $from]]}' >"$work/counts.json"
"$itsmc" dashboard --html "$work/page.html" --quiet
result=$(timeout 120 node "$work/browse.js" "$work/page.html" "$work/counts.json" "$browser")
echo "PROVED: chromium shows the dashboard of $result"
