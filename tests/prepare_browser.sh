#!/usr/bin/env bash
# Browser tests need Debian's Chromium and one CJK font. This is the only place that installs anything outside the project.
set -euo pipefail
packages=()
[ -x /usr/bin/chromium ] || packages+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || packages+=(fonts-wqy-zenhei)
[ ${#packages[@]} -eq 0 ] && exit 0
install="apt-get install -y --no-install-recommends ${packages[*]}"
if [ "$(id -u)" -eq 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && $install -qq >/dev/null
elif sudo -n true 2>/dev/null; then
  sudo apt-get update -qq && sudo $install -qq >/dev/null
else
  echo "browser tests need ${packages[*]}: sudo apt-get update && sudo $install" >&2
  exit 2
fi
