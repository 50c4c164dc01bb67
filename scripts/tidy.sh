#!/usr/bin/env bash
# clang-tidy over the sources that changed since the branch left main, and those that include a
# changed header; a developer's step (2 to 8 s a file, so not a stage of CI). Instead of these:
#   scripts/tidy.sh all              every source of the project
#   scripts/tidy.sh FILE|FOLDER...   these
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh
install_missing clang-tidy-14

changed_sources() {
  local base headers names
  base=$(git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
  { git diff --name-only --diff-filter=d "$base"; git ls-files --others --exclude-standard; } |
    grep '\.[ch]pp$' | sort -u >build/tidy/changed || true
  grep '\.cpp$' build/tidy/changed || true
  headers=$(grep '\.hpp$' build/tidy/changed || true)
  [ -n "$headers" ] || return 0
  # By the end of the path, as an #include writes it: "store/impl.hpp" of src/store/impl.hpp.
  names=$(sed -E 's#^(include|src|tests/simulator|tests)/##; s#\.#\\.#g' <<<"$headers" |
    paste -sd '|')
  git grep -lE "#include \"($names)\"" -- '*.cpp' || true
}

chosen_sources() {
  case "${1:-}" in
    '') changed_sources ;;
    all) git ls-files 'src/*.cpp' 'tests/*.cpp' ;;
    *) git ls-files --cached --others --exclude-standard "$@" | grep '\.cpp$' ;;
  esac | sort -u
}

cmake --preset tidy >/dev/null
chosen_sources "$@" >build/tidy/chosen
echo "== clang-tidy over $(wc -l <build/tidy/chosen) files"
xargs -r -P "$(nproc)" -n 1 clang-tidy-14 -p build/tidy --quiet <build/tidy/chosen
