#!/bin/sh
# Installs the Debian packages that "npm run test:hosts" and "npm run test:long" need, unless they are installed.
# Ends with an error if they cannot be installed.
set -eu
packages='ansible-core busybox chromium fish iproute2 mmdebstrap openssh-client openssh-server openssl python3 qemu-system-x86
  qemu-utils shellcheck sudo systemd tcsh tmux vde2'
missing=
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "These tests need root on Debian, to install:$missing" >&2
  exit 1
fi
echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >/dev/null
# shellcheck disable=SC2086 # a list of words
apt-get -q -y --no-install-recommends install $missing >/dev/null
