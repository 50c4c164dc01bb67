#!/usr/bin/env bash
# Sets up a fresh Debian 12, builds and runs the tests. One word may follow:
#   quick  only what runs with ASan and UBSan
#   all    also the engine under ThreadSanitizer and the fuzz targets (twice the building)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

# Objects of another checkout on the same machine serve too.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

say() { printf '\n== %s  [%s]\n' "$*" "$(date +%T)"; }
trap 'echo "error: scripts/test.sh stopped at line $LINENO: see the lines above" >&2' ERR

say "packages"
install_missing "${itsmc_packages[@]}" "${itsmc_test_packages[@]}"

say "layout (clang-format)"
git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror

say "unit, contract, engine and command line tests, with ASan and UBSan"
cmake --preset dev >/dev/null
cmake --build --preset dev | tail -n 1
ctest --preset dev -LE 'e2e|proof'

if [ "${1:-}" = quick ]; then exit 0; fi

say "end to end with the release binary, proofs by foreign clients"
cmake --preset release >/dev/null
cmake --build --preset release --target itsmc itsmc-sim | tail -n 1
ctest --preset release -L 'e2e|proof'

if [ "${1:-}" != all ]; then
  say "everything passed"
  exit 0
fi

say "engine and http under ThreadSanitizer"
cmake --preset tsan >/dev/null
cmake --build --preset tsan --target itsmc_tests | tail -n 1
build/tsan/tests/itsmc_tests -# \
  '[#sync_test],[#client_test],[#oauth_test],[#secret_files_test],[#files_test]'

say "fuzz targets, 10 s each"
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target fuzz | tail -n 1
ctest --test-dir build/fuzz -R '^fuzz_' --output-on-failure

say "everything passed"
