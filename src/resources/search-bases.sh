# Prints the first three base files that disks below the folder $1 lead to, and that are not in the list $2.
# The start of each disk is searched for `_base/NAME`. Files that are never disks are left out.
# shellcheck shell=sh
cd -P -- "$1" || exit 1
find . -path ./_base -prune -o -type f ! -name 'console*.log*' ! -name disk.info ! -name libvirt.xml -exec head -q -c 2048 {} + |
  grep -aoE '_base/[^[:cntrl:]"]+' | sort -u | { grep -Fvx -e "$2" || :; } | head -n 3
