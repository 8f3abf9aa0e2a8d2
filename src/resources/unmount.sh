# Unmounts a file system that VMs have their base files on, and proves that the folder under it has these files too.
# Needs `mount_in_time`, `umount_in_time` and `fingerprints`, and the variable search_program with the program that finds base files of late disks.
# shellcheck shell=sh disable=SC2154

# require_known_bases INSTANCES NAMES: refuses if a disk leads to another base file than these: a VM may have been made
# after the plan. NAMES has one `_base/NAME` a line.
require_known_bases() {
  late=$(sh -c "$search_program" sh "$1" "$2")
  [ -z "$late" ] ||
    refuse "disks lead to base files that the plan did not see: $(printf '%s' "$late" | tr '\n' ' ')"
}

# prints_in PATH FILE...: the fingerprints of these files of the folder.
prints_in() (
  cd -P -- "$1" && shift && fingerprints "$@"
)

# list_users PATH: prints the first five processes that have something open below the path.
list_users() {
  # shellcheck disable=SC2012 # the links of /proc are what is wanted, and find cannot print them on busybox
  ls -l /proc/[0-9]*/fd /proc/[0-9]*/cwd 2>/dev/null | awk -v at="$1" '
    /^\/proc/ { folder = $0; sub(/:$/, "/", folder); next }
    index($0, " -> " at) { words = split(substr($0, 1, index($0, " -> ") - 1), word, " "); print (word[words] ~ /^\// ? "" : folder) word[words] }' |
    head -n 5 | tr '\n' ' '
}

# unmount_proved PATH PATTERN SOURCE-PATTERN TYPE OPTIONS SOURCE FILE...: unmounts. Mounts again if the files are not the
# same under the mount. The patterns match lines of the mount table: of the path, and of the source.
unmount_proved() {
  path=$1 pattern=$2 source_pattern=$3 type=$4 options=$5 source=$6
  shift 6
  before=$(prints_in "$path" "$@")
  if printf '%s\n' "$before" | grep -qx missing; then refuse "base files that VMs use are not in the pool any more"; fi
  umount_in_time "$path" || refuse "$path is in use, so it stays mounted: $(list_users "$path")"
  if grep -q -e "$pattern" /proc/self/mountinfo; then mount_again "something else was mounted at $path under the pool"; fi
  others=$(grep -s -e "$source_pattern" /proc/[0-9]*/mountinfo | head -n 1)
  [ -z "$others" ] || mount_again "a process still has the pool mounted: ${others%%:*}"
  [ "$(prints_in "$path" "$@")" = "$before" ] || mount_again "$path under the pool does not have the same base files that VMs use"
}

# mount_again TEXT: undoes the unmounting, because of TEXT.
mount_again() {
  mount_in_time "$type" "$options" "$source" "$path" || refuse "$1. The pool could not be mounted again; run: mount $path"
  refuse "$1, so the pool is mounted again"
}
