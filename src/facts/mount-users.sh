# Finds who uses a network mount, and which network mounts there are. Looks at nothing but /proc, so no network mount is touched.
# shellcheck shell=sh disable=SC2154

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

# set_kind LINK: sets `kind` to where an open file is: `mounted` on a network mount, or `beneath`, or `unknown`. The mount
# is looked up in the table of the process, which may have one of its own: libvirt gives one to each QEMU. `remote_types`
# are the types of network mounts, with blanks around.
set_kind() {
  kind=unknown
  case $1 in */fd/*)
    id=
    while read -r key value; do
      if [ "$key" = mnt_id: ]; then id=$value; fi
    done <"${1%/fd/*}/fdinfo/${1##*/}"
    line=$(grep "^$id " "${1%/fd/*}/mountinfo")
    if [ -n "$line" ]; then
      fs_type=${line#* - }
      case $remote_types in *" ${fs_type%% *} "*) kind=mounted ;; *) kind=beneath ;; esac
    fi ;;
  esac
}

# find_users LIMIT PATH PATTERN: prints names of processes, then who uses what below the path, then the lines of all mount
# tables that match the extended regular expression. No part is longer than LIMIT bytes.
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
    xargs grep -EHs -e "$3" | head -c "$1"
  fb mount-users end
}
