# Finds who uses a network mount, and where else NFS is mounted. Looks at nothing but /proc, so no network mount is touched.
# shellcheck shell=sh

# list_open PATH: prints `/proc/PID/fd/N:PATH`, `/proc/PID/cwd:PATH` and `/proc/PID/maps:PATH` for each file below the path
# that a process has open, works in or has mapped.
list_open() {
  # shellcheck disable=SC2012 # the links of /proc are what is wanted, and find cannot print them on busybox
  ls -l /proc/[0-9]*/fd | awk -v at="$1/" '
    /^\/proc\/[0-9]+\/fd:$/ { folder = $0; sub(/:$/, "", folder); next }
    /^l/ {
      arrow = index($0, " -> ")
      path = substr($0, arrow + 4)
      words = split(substr($0, 1, arrow - 1), word, " ")
      if (arrow > 0 && index(path, at) == 1) print folder "/" word[words] ":" path
    }'
  # shellcheck disable=SC2012
  ls -l /proc/[0-9]*/cwd | awk -v at="$1/" '
    {
      arrow = index($0, " -> ")
      path = substr($0, arrow + 4)
      words = split(substr($0, 1, arrow - 1), word, " ")
      if (arrow > 0 && index(path "/", at) == 1) print word[words] ":" path
    }'
  grep -Hs -F -e " $1/" /proc/[0-9]*/maps |
    awk '{ print substr($0, 1, index($0, ":")) substr($0, index($0, " /") + 1) }'
}

# set_kind LINK: sets `kind` to where an open file is: `mounted` on NFS, or `beneath`, or `unknown`. The mount is looked up
# in the table of the process, which may have one of its own: libvirt gives one to each QEMU.
set_kind() {
  kind=unknown
  case $1 in */fd/*)
    id=
    while read -r key value; do
      if [ "$key" = mnt_id: ]; then id=$value; fi
    done <"${1%/fd/*}/fdinfo/${1##*/}"
    line=$(grep "^$id " "${1%/fd/*}/mountinfo")
    case $line in
      *' - nfs '* | *' - nfs4 '*) kind=mounted ;;
      ?*) kind=beneath ;;
    esac ;;
  esac
}

# find_users LIMIT PATH: prints names of processes, then who uses what below the path, then the NFS mounts of all mount
# tables. No part is longer than LIMIT bytes.
find_users() {
  fb mount-users names
  grep -s . /proc/[0-9]*/comm
  fb mount-users open
  list_open "$2" | head -c "$1" | while IFS= read -r found; do
    set_kind "${found%%:*}"
    printf '%s:%s\n' "$kind" "$found"
  done
  fb mount-users mounts
  # three processes of each mount table, because one may end meanwhile
  # shellcheck disable=SC2012
  ls -l /proc/[0-9]*/ns/mnt | awk '{ if (seen[$NF]++ < 3) print $(NF - 2) }' | sed 's:/ns/mnt$:/mountinfo:' |
    xargs grep -Hs -e ' - nfs4* ' | head -c "$1"
  fb mount-users end
}
