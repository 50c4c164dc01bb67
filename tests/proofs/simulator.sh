# Shell functions of the proofs: source it. Needs jq and curl.

# start_simulator BINARY WORKDIR [OPTION...]: sets URL, CONTROL, CA_FILE; stopped at exit.
start_simulator() {
  local binary=$1 workdir=$2
  shift 2
  mkdir -p "$workdir"
  rm -f "$workdir/ready"
  mkfifo "$workdir/ready"
  "$binary" servicenow "$@" >"$workdir/ready" &
  SIMULATOR_PID=$!
  trap 'kill "$SIMULATOR_PID" 2>/dev/null; wait "$SIMULATOR_PID" 2>/dev/null' EXIT
  local line
  if ! read -r -t 60 line <"$workdir/ready"; then
    echo "FAILED: the simulator did not start" >&2
    exit 1
  fi
  URL=$(jq -r .url <<<"$line")
  CONTROL=$(jq -r .control <<<"$line")
  CA_FILE=$(jq -r '.ca_file // empty' <<<"$line")
}

# expect WHAT WANTED GOT: ends the proof when they differ.
expect() {
  if [ "$2" != "$3" ]; then
    echo "FAILED: $1: wanted '$2', got '$3'" >&2
    exit 1
  fi
}

# incident FIELD: of the only incident whose number is $NUMBER, by the control endpoint.
incident() {
  curl -fsS "$CONTROL/truth?table=incident" | jq -r --arg n "$NUMBER" \
    "select(.number == \$n) | .$1"
}
