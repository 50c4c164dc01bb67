#!/usr/bin/env bash
# Installs what the build, the tests and the demo need on Debian 12, if it is missing. Sourced by
# the other scripts; may be run alone and again.
set -euo pipefail

itsmc_packages=(
  g++ cmake ninja-build ccache mold pkg-config git ca-certificates
  libcli11-dev libcurl4-openssl-dev nlohmann-json3-dev libfmt-dev libtomlplusplus-dev
  libsqlite3-dev libsecret-1-dev libsimdjson-dev libdeflate-dev libxxhash-dev libjq-dev
  catch2 libcpp-httplib-dev liblzma-dev libssl-dev zlib1g-dev libbrotli-dev
  python3 openssl curl
)
itsmc_test_packages=(
  clang-14 libclang-rt-14-dev clang-format nodejs npm chromium zabbix-proxy-sqlite3 zabbix-frontend-php
  zsh fish mandoc dbus gnome-keyring
  dpkg-dev file lintian debootstrap
)

install_missing() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      missing+=("$package")
  done
  # Node and npm may have been put on the machine by other means than Debian's packages.
  local wanted=()
  for package in "${missing[@]}"; do
    case "$package" in
      nodejs) command -v node >/dev/null || wanted+=("$package") ;;
      npm) command -v npm >/dev/null || wanted+=("$package") ;;
      *) wanted+=("$package") ;;
    esac
  done
  [ "${#wanted[@]}" -gt 0 ] || return 0
  echo "== installing ${wanted[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "error: packages are missing and this is neither root nor a machine with sudo:" >&2
      echo "hint:  as root: apt-get install ${wanted[*]}" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  # No web server, database or the like is wanted beside what is named. The variable stands behind
  # sudo, which passes none on. What debconf says where apt-utils is missing is no trouble.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${wanted[@]}" 2>&1 >/dev/null |
    sed '/^debconf: delaying package configuration/d' >&2
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  install_missing "${itsmc_packages[@]}" "${itsmc_test_packages[@]}"
  echo "== everything is there"
fi
