# Reads files whole.
# shellcheck shell=sh

# read_contents LIMIT PATH...: prints up to LIMIT bytes of each regular file. One `head` prints them all, so they are
# separated by their sizes. Files in /proc and /sys have no size: they come one by one.
read_contents() {
  limit=$1
  shift
  # the loop goes over the old list of paths, and its body makes a new list of those to be read
  for p; do
    shift
    if is_remote "$p" || ! [ -f "$p" ]; then continue; fi
    case $p in
      /proc/* | /sys/*) fb content one "$p"; head -c "$limit" "$p" ;;
      *) set -- "$@" "$p" ;;
    esac
  done
  if [ $# -gt 0 ]; then
    fb content sizes
    stat -L -c '%s %n' "$@"
    fb content bytes
    head -q -c "$limit" "$@"
  fi
}
