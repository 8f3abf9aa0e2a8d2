#!/bin/sh
# Installs the Debian packages that the tests use, where they lack. Without root or apt it says so, and goes on: what cannot be
# tested then is skipped loudly (with CI=true it fails).
set -u
wanted='ansible-core busybox chromium fish iproute2 mmdebstrap openssh-server openssl python3 qemu-system-x86 qemu-utils shellcheck sudo tcsh tmux vde2'
missing=
for package in $wanted; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "tests: these Debian packages are missing, and cannot be installed here:$missing" >&2
  exit 0
fi
echo "tests: installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >/dev/null && apt-get -q -y --no-install-recommends install $missing >/dev/null
