#!/usr/bin/env bash
# Sets up a fresh Debian 12, builds and runs everything. One word may follow:
#   quick  only the unit, contract, engine and command line tests, with ASan and UBSan
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

case "${1:-}" in
  '' | quick) ;;
  *)
    echo "error: \"$1\" is not known; the one word is: quick" >&2
    exit 2
    ;;
esac

# Objects of another checkout on the same machine serve too.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

say() { printf '\n== %s  [%s, %d s]\n' "$*" "$(date +%T)" "$SECONDS"; }
trap 'echo "error: scripts/test.sh stopped at line $LINENO: see the lines above" >&2' ERR

# A preset, and the targets wanted of it: no stage builds what another has built.
build() {
  cmake --preset "$1" >/dev/null
  cmake --build --preset "$1" --target "${@:2}" | tail -n 1
}

say "packages"
install_missing "${itsmc_packages[@]}" "${itsmc_test_packages[@]}"

say "layout (clang-format)"
git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror

say "building with ASan and UBSan"
build dev itsmc_tests
say "unit, contract, engine and command line tests, with ASan and UBSan"
ctest --preset dev -R '^unit' -j 2

if [ "${1:-}" = quick ]; then exit 0; fi

say "fuzz targets, 10 s each"
build dev fuzz
ctest --preset dev -L fuzz -j 2

say "building what several threads run, with ThreadSanitizer"
build tsan itsmc_thread_tests
say "engine, http and locks under ThreadSanitizer"
build/tsan/tests/itsmc_thread_tests

say "building the release, and what measures it"
build release itsmc itsmc-sim itsmc_sim_tests bench
say "end to end with the release binary, the simulator's own tests, proofs by foreign clients"
# Stories mostly wait: for kills, for a service that asks to.
ctest --preset release -L 'e2e|proof|simulator' -j 6

say "everything passed"
