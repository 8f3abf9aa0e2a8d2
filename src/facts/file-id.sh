# Finds out which files paths lead to. Needs the functions of mount-guard.sh.
# shellcheck shell=sh

# find_files PATH...: prints for each `file DEVICE INODE REAL`, where REAL is the path with all symbolic links followed;
# `remote REAL` where that is on a network mount, `absent`, or `unread`.
find_files() {
  for p; do
    fb file-id
    if is_remote "$p"; then printf 'remote %s\n' "$p"; continue; fi
    # a link on the way may lead to a network mount, which may hang
    real=$(timeout -s KILL 5 readlink -f -- "$p")
    case $? in
      0) ;;
      1) echo absent; continue ;;
      *) echo unread; continue ;;
    esac
    if is_remote "$real"; then printf 'remote %s\n' "$real"
    elif ! [ -e "$real" ]; then echo absent
    else
      id=$(stat -c '%d %i' -- "$real") || { echo unread; continue; }
      printf 'file %s %s\n' "$id" "$real"
    fi
  done
}
