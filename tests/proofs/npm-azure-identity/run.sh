#!/usr/bin/env bash
# Proof: Microsoft's own sign-in library gets tokens from the simulated directory, over TLS.
# usage: run.sh ITSMC_SIM BUILD_DIR; exit 77 when the package cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$2/npm-azure-identity
. "$here/../simulator.sh"

install_package "$here" "$work" client.js
PRODUCT=entra start_simulator "$binary" "$work" --tls --cert-dir "$work"
export NODE_EXTRA_CA_CERTS=$CA_FILE SIM_URL=$URL SIM_TENANT=contoso.onmicrosoft.com
export SIM_SECRET='s3cret+with&odd%=chars' SIM_PASSWORD='pass word+&%=é'
export SIM_USER=itsmc.integration@contoso.onmicrosoft.com
timeout 60 node "$work/client.js" >"$work/result.json" || { cat "$work/result.json" >&2; exit 1; }
result() { jq -r ".$1" "$work/result.json"; }

# What an API of that audience decides about the token: 200 or 401.
checked() {
  curl -sS -o "$work/claims.json" -w '%{http_code}' -H "Authorization: Bearer $1" \
    "$CONTROL/check?audience=$2"
}
expect "the token at its API" 200 "$(checked "$(result token)" https://monitor.azure.com)"
expect "its client" itsmc-client "$(jq -r .client "$work/claims.json")"
expect "the token elsewhere" 401 "$(checked "$(result token)" https://management.azure.com)"
expect "the user's token" 200 "$(checked "$(result user_token)" https://monitor.azure.com)"
expect "its user" "$SIM_USER" "$(jq -r .user "$work/claims.json")"
expect "a token is kept" true "$(result cached)"
expect "a token for each resource" true "$(result other)"
expect "wrong secret" 7000215 "$(result wrong_secret)"
expect "wrong client" 700016 "$(result wrong_client)"
expect "unknown resource" 500011 "$(result unknown_resource)"
expect "wrong password" 50126 "$(result wrong_password)"
lives=$(result lives)
[ "$lives" -gt 3500 ] && [ "$lives" -lt 3700 ] || { echo "FAILED: lives $lives s" >&2; exit 1; }
echo "PROVED: @azure/identity (npm) got tokens by client secret and by password over https, and read four refusals"
