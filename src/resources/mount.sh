# Mounts a file system, proves that it is the right one, and proves that it hides only what it may hide.
# Needs `mount_in_time` and `fingerprints`, and the variable list_program with the program that lists a folder.
# shellcheck shell=sh disable=SC2154

# is_mounted PATTERN: whether a line of the mount table matches this basic regular expression.
is_mounted() { grep -q -e "$1" /proc/self/mountinfo; }

# require_unmounted PATH PATTERN
require_unmounted() {
  if is_mounted "$2"; then refuse "something was mounted at $1 after the plan was made"; fi
}

# mount_proved PATH TYPE OPTIONS SOURCE PATTERN: mounts. Fails unless the mount table then has a line for PATTERN.
mount_proved() {
  mount_in_time "$2" "$3" "$4" "$1"
  if ! is_mounted "$5"; then
    echo "$1 was mounted, but the mount table does not show it as $4"
    umount "$1"
    exit 1
  fi
}

# first_names LIST: the first three lines of a list in one line, for a message.
first_names() { printf '%s\n' "$1" | head -n 3 | tr '\n' ' '; }

# What comes into the folder between the last look and the mount is hidden by the mount. So the folder under it is
# looked at once more: in a mount namespace of our own (unshare -m), from which the mount is taken away.

# require_empty PATH, before the mount.
require_empty() {
  found=$(ls -A "$1")
  [ -z "$found" ] || refuse "files appeared in $1 after the plan was made: $(first_names "$found")"
}

# require_empty_beneath PATH, after the mount.
require_empty_beneath() {
  hidden=$(unshare -m sh -c 'umount -i "$1" && ls -A "$1"' sh "$1")
  if [ -n "$hidden" ]; then
    umount "$1" || umount -l "$1"
    refuse "files appeared in $1 while it was mounted, so it is unmounted again: $(first_names "$hidden")"
  fi
}

# require_listing PATH LISTING, before the mount: the folder must hold just these files, each with its old stamp. Nova sets a
# base file's time whenever it makes a disk on it, so a file that came into use meanwhile is noticed.
require_listing() {
  [ "$(sh -c "$list_program" sh "$1")" = "$2" ] || refuse "the files in $1 changed after they were listed"
}

# require_same_beneath PATH LISTING PRINTS FILE..., after the mount: the folder under it still has this listing, and the
# files, seen through the mount, still have these fingerprints.
require_same_beneath() {
  path=$1 listing=$2 prints=$3
  shift 3
  hidden=$(unshare -m sh -c 'umount -i "$1" && sh -c "$2" sh "$1"' sh "$path" "$list_program")
  [ "$hidden" = "$listing" ] || undo_mount "$path" "the files in $path changed while it was mounted"
  [ "$(fingerprints "$@")" = "$prints" ] ||
    undo_mount "$path" "the pool has different base files from those that VMs use in $path"
}

# undo_mount PATH TEXT: unmounts again, because of TEXT.
undo_mount() {
  umount "$1" || umount -l "$1"
  refuse "$2, so it is unmounted again"
}
