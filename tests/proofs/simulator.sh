# Shell functions of the proofs: source it. Needs jq and curl.

# install_package HERE WORKDIR FILE...: the proof's npm packages and those files of it, in WORKDIR;
# exit 77 when they cannot be installed.
install_package() {
  local here=$1 work=$2 tool
  shift 2
  for tool in node npm jq curl; do
    command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
  done
  mkdir -p "$work"
  (cd "$here" && cp -r package.json package-lock.json "$@" "$work/")
  if ! (cd "$work" && npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1); then
    echo "SKIPPED: npm cannot install the package (see $work/npm.log)"
    exit 77
  fi
}

# start_simulator BINARY WORKDIR [OPTION...]: runs $PRODUCT (default servicenow), sets URL, CONTROL,
# CA_FILE; stopped at exit.
start_simulator() {
  local binary=$1 workdir=$2
  shift 2
  mkdir -p "$workdir"
  rm -f "$workdir/ready"
  mkfifo "$workdir/ready"
  "$binary" "${PRODUCT:-servicenow}" "$@" >"$workdir/ready" &
  SIMULATOR_PID=$!
  trap 'kill "$SIMULATOR_PID" 2>/dev/null; wait "$SIMULATOR_PID" 2>/dev/null || true' EXIT
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
