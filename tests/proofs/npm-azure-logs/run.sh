#!/usr/bin/env bash
# Proof: Azure's own npm clients sign in (secret, certificate, federated token, managed identity),
# upload 10,000 rows over TLS and read them back.
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the packages cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/npm-azure-logs
. "$here/../simulator.sh"
install_package "$here" "$work" client.js

PRODUCT=azure start_simulator "$binary" "$work" --tls --cert-dir "$work"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=itsmc-client \
  -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
cat "$work/key.pem" "$work/cert.pem" >"$work/client.pem"
curl -fsS --data-binary @"$work/cert.pem" "$CONTROL/certificate" >/dev/null
curl -fsS "$CONTROL/federation/token" | jq -r .token >"$work/token"

column() { printf '{"name":"%s","type":"%s"},' "$1" "$2"; }
columns="$(column TimeGenerated dateTime)$(column ServiceDeskId_s string)$(column Title_s string)"
columns+="$(column Priority_d long)$(column LastModifiedDate_t dateTime)"
target=$(curl -fsS -d "{\"columns\":[${columns%,}]}" "$CONTROL/target")
azure=$(curl -fsS "$CONTROL/azure")
given=$(jq -n --argjson t "$target" --argjson a "$azure" --arg url "$URL" \
  --arg plain "${CONTROL%/__control}" --arg work "$work" '{url: $url, plainUrl: $plain,
    tenant: $a.tenant_id, client: "itsmc-client", secret: "s3cret+with&odd%=chars",
    certificate: ($work + "/client.pem"), tokenFile: ($work + "/token"),
    identityHeader: $a.identity_header, rule: $t.immutable_id, stream: $t.stream,
    workspace: $a.customer_id}')
export NODE_EXTRA_CA_CERTS=$CA_FILE
timeout 120 node "$work/client.js" "$given" >"$work/result.json" ||
  { cat "$work/result.json" >&2; exit 1; }

answer() { jq -rc ".$1" "$work/result.json"; }
principal() { jq -r --arg n "$1" '.principals[] | select(.name == $n) | .object_id' <<<"$azure"; }
expect "rows counted by query" 10000 "$(answer count)"
expect "different rows read" 10000 "$(answer ids)"
expect "rows stored" 10000 "$(curl -fsS "$CONTROL/rows?table=ServiceDesk_CL" | wc -l)"
expect "columns" '["ServiceDeskId_s:string","Title_s:string","Priority_d:long","LastModifiedDate_t:datetime"]' \
  "$(answer columns)"
expect "latest row" '["INC0000007","Drucker \"Zürich\" brennt\nxxxxxxx",2,"2026-01-01T00:00:07.000Z"]' \
  "$(answer 'latest[0]')"
expect "values of a column that is not declared" 10000 \
  "$(curl -fsS "$CONTROL/ingestion" | jq .dropped_values)"
expect "syntax error" BadArgumentError "$(answer syntax)"
expect "wrong rule" "404 NotFound" "$(answer refused)"
for way in certificate workload; do
  expect "signed in by $way" "$(principal client)" "$(answer "$way")"
done
for way in imds appService; do
  expect "signed in by $way" "$(principal system)" "$(answer "$way")"
done
echo "PROVED: @azure/monitor-ingestion sent 10000 rows over TLS, @azure/monitor-query-logs read them," \
  "@azure/identity signed in by secret, certificate, federated token, IMDS and App Service"
