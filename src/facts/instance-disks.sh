# Reads the disks below Nova's folder of instances. Walks the folder with what the shell has built in; a program is started
# only for the first bytes of each file. Needs the functions of mount-guard.sh.
# shellcheck shell=sh disable=SC2154

# walk FUNCTION FOLDER DEPTH: calls the function with `file PATH` or `skipped PATH REASON` for all that is there. A `_base`
# that a network file system is mounted over is left out.
walk() {
  for f in "$2"/* "$2"/.[!.]* "$2"/..?*; do
    if is_remote "$here/${f#./}"; then
      if [ "$f" != ./_base ]; then "$1" skipped "$f" 'a network mount'; fi
    elif [ -L "$f" ] && [ "$f" != ./_base ]; then "$1" skipped "$f" 'a symbolic link'
    elif [ -f "$f" ]; then "$1" file "$f"
    elif [ -d "$f" ]; then
      if [ "$3" -gt "$max_depth" ]; then "$1" skipped "$f" 'a folder too deep'; else walk "$1" "$f" $(($3 + 1)); fi
    elif [ -b "$f" ]; then "$1" skipped "$f" 'a device'
    fi
  done
}

# print_name KIND PATH
print_name() {
  if [ "$1" = file ]; then printf '%s\0' "$2"; fi
}

# print_start KIND PATH REASON: of files that Nova never uses as disks nothing is read.
print_start() {
  count=$((count + 1))
  if [ $count -gt "$max_files" ]; then return; fi
  if [ "$1" = skipped ]; then fb instance-disks skipped; printf '%s\0%s' "$2" "$3"; return; fi
  case ${2##*/} in "console"*.log* | disk.info | libvirt.xml) return ;; esac
  fb instance-disks file
  printf '%s\0' "$2"
  head -c "$bytes" -- "$2" || fb instance-disks unread
}

# read_disks MAX_FILES MAX_DEPTH BYTES FOLDER: prints size, device and inode of each file, then each name with the first
# BYTES of the file.
read_disks() {
  max_files=$1 max_depth=$2 bytes=$3
  if is_remote "$4"; then fb instance-disks remote; return; fi
  cd -P -- "$4" || { fb instance-disks absent; return; }
  here=${PWD%/} count=0
  if is_remote "$here"; then fb instance-disks remote; return; fi
  fb instance-disks folder "$PWD"
  walk print_name . 0 | xargs -0 stat -c '%s %d %i %n//'
  walk print_start . 0
  if [ $count -le "$max_files" ]; then fb instance-disks complete; fi
}
