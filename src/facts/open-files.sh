# Finds the processes that use files of Nova's folder: by the names of open files, by the inodes of base files, and by
# paths in command lines. Needs the functions of mount-guard.sh, and the variables list_inodes_program with list-inodes.sh, and
# list_beneath_program with list-beneath.sh.
# shellcheck shell=sh disable=SC2154

# list_by_name FOLDER...: prints `/proc/PID/fd:PATH` for each open file whose path is below one of these folders, and
# `/proc/PID/fd:` for a process that cannot be looked at. Nothing but /proc is looked at, so no network mount is touched.
list_by_name() {
  folders=$(printf '%s/\n' "$@")
  # shellcheck disable=SC2012 # the links of /proc are what is wanted, and find cannot print them on busybox
  ls -l /proc/[0-9]*/fd | FOLDERS=$folders awk '
    BEGIN { count = split(ENVIRON["FOLDERS"], folders, "\n") }
    /^\/proc\/[0-9]+\/fd:$/ { process = substr($0, 1, length($0) - 1); seen = 0; next }
    /^l/ {
      arrow = index($0, " -> ")
      path = substr($0, arrow + 4)
      if (arrow == 0) { if (!seen++) print process ":"; next }
      for (i = 1; i <= count; i++) if (index(path, folders[i]) == 1) { print process ":" path; break }
    }'
}

# device_of FOLDER: sets `device` to the device number of its mount, as the mount table has it. The mount is found by an
# open descriptor, because paths in the table may be hidden by later mounts.
device_of() {
  device=
  exec 9<"$1" || return
  id=
  while read -r key value; do
    if [ "$key" = mnt_id: ]; then id=$value; fi
  done </proc/self/fdinfo/9
  exec 9<&-
  device=$(awk -v id="$id" '$1 == id { print $3 }' /proc/self/mountinfo)
}

# list_links DEVICE: prints `/proc/PID/fd/N` for each open file on this device. Only /proc is read: the open file's mount is
# looked up in the mount tables of all mount namespaces, where each mount has a number of its own. An open file whose mount
# is in no table is printed with `?` before it. Its mount was unmounted lazily, or is one of the kernel's own.
list_links() {
  # shellcheck disable=SC2012
  { ls -l /proc/[0-9]*/ns/mnt; ls -l /proc/[0-9]*/fd; } | awk -v device="$1" '
    function read_mounts(process,    file, line, word, count) {
      file = "/proc/" process "/mountinfo"
      while ((getline line < file) > 0) { split(line, word, " "); devices[word[1]] = word[3]; count++ }
      close(file)
      return count
    }
    # the table of a process in a chroot has only what is below its root, so other tables have more
    function device_of(pid, id) {
      if (!(id in devices) && !(pid in was_read)) { was_read[pid] = 1; read_mounts(pid) }
      return (id in devices) ? devices[id] : ""
    }
    BEGIN { read_mounts("self") }
    / -> mnt:\[/ {
      split($0, word, "/")
      if (!($NF in was_read) && read_mounts(word[3])) { was_read[$NF] = 1; was_read[word[3]] = 1 }
      next
    }
    /^\/proc\/[0-9]+\/fd:$/ { split($0, word, "/"); pid = word[3]; next }
    /^l/ {
      arrow = index($0, " -> /")
      if (arrow == 0) next
      words = split(substr($0, 1, arrow - 1), word, " ")
      link = "/proc/" pid "/fd/" word[words]
      id = ""
      file = "/proc/" pid "/fdinfo/" word[words]
      while ((getline line < file) > 0) if (line ~ /^mnt_id:/) { split(line, word, " "); id = word[2] }
      close(file)
      if (id == "") next
      found = device_of(pid, id)
      if (found == device) print link
      else if (found == "") print "?" link
    }'
}

# find_bases INSTANCES BASE: sets `device` and `bases`, the base files as list-inodes.sh prints them. Fails if they cannot be
# listed.
find_bases() {
  device='' bases=''
  # then the node has no base files of its own
  if is_remote "$1"; then return; fi
  if is_remote "$2"; then
    bases=$(timeout 10 unshare -m sh -c "$list_beneath_program" sh "$1" "$list_inodes_program") || return
    device_of "$1"
  elif [ -d "$2" ]; then
    bases=$(cd -P -- "$2" && sh -c "$list_inodes_program" sh .) || return
    device_of "$2"
  fi
  [ -z "$bases" ] || [ -n "$device" ]
}

# list_by_inode: prints `/proc/PID/fd/N:DEVICE INODE` for each open file that is a base file, by whatever name it was opened.
# Prints `/proc/PID/fd:` for an open file that did not say in time which file it is: it may be on a network mount.
list_by_inode() {
  if [ -z "$bases" ]; then return; fi
  list_links "$device" | {
    links=$(cat)
    {
      printf '%s\n' "$bases" -
      printf '%s\n' "$links" | grep '^?'
      printf '%s\n' "$links" | grep -v '^?' | xargs -r stat -L -c '%d %i %n'
      printf '%s\n' "$links" | sed -n 's/^?//p' | xargs -r timeout -s KILL 5 stat -L -c '%d %i %n'
    } | awk '
      !is_link { if ($0 == "-") is_link = 1; else base[$1, $2] = 1; next }
      /^\?/ { silent[substr($0, 2)] = 1; next }
      { delete silent[$3] }
      ($1, $2) in base { print $3 ":" $1 " " $2 }
      END {
        for (link in silent) {
          split(link, word, "/")
          # a file that was closed meanwhile has no fdinfo
          info = "/proc/" word[3] "/fdinfo/" word[5]
          if ((getline line < info) > 0) print "/proc/" word[3] "/fd:"
          # a shell may have no more than 1024 files open
          close(info)
        }
      }'
  }
}

# list_words FOLDER: prints `/proc/PID/cmdline:PATH` for each path below the folder that is in a command line (`-drive`,
# `-blockdev`). Only these paths leave the host, because command lines hold secrets. The pattern begins with a bracket, so
# that grep does not find itself.
list_words() {
  pattern=$(printf %s "${1#/}" | sed 's/[^A-Za-z0-9_/-]/[&]/g; s/\[^]/\\^/g')
  grep -aoszH -e "[/]$pattern/[^\"',]*" /proc/[0-9]*/cmdline | tr '\0\n' '\n?'
}

# find_open_files LIMIT FOLDER SEEN: SEEN is the folder's path as QEMU knows it. No part is longer than LIMIT bytes.
find_open_files() {
  fb open-files names
  grep -s . /proc/[0-9]*/comm
  if ! is_remote "$2" && ! [ -d "$2" ]; then fb open-files end; return; fi
  real=$2
  if ! is_remote "$2" && cd -P -- "$2"; then real=$PWD; fi
  base=$real/_base
  if [ -L "$base" ] && ! is_remote "$base" && cd -P -- "$base"; then base=$PWD; fi
  fb open-files links
  list_by_name "$2" "$3" "$real" "$base" | head -c "$1"
  fb open-files inodes
  failed=
  find_bases "$real" "$base" || failed=yes
  list_by_inode | head -c "$1"
  fb open-files words
  list_words "$2" | head -c "$1"
  if [ "$3" != "$2" ]; then list_words "$3" | head -c "$1"; fi
  if [ "$real" != "$2" ] && [ "$real" != "$3" ]; then list_words "$real" | head -c "$1"; fi
  case $base in "$real"/*) ;; *) list_words "$base" | head -c "$1" ;; esac
  if [ -z "$failed" ]; then fb open-files end; fi
}
