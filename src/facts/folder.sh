# Lists folders that something may be mounted over.
# shellcheck shell=sh

# list_folders LIMIT PATH...: prints for each the path as the mount table has it, the first LIMIT names, and the number of
# all, each but the last with a NUL. A mount point is not looked into.
list_folders() {
  limit=$1
  shift
  for p; do
    real=$p
    if ! is_remote "${p%/*}" && cd -P -- "${p%/*}/"; then real=${PWD%/}/${p##*/}; fi
    if is_mounted "$real"; then kind=mounted
    elif is_remote "$real"; then kind=remote
    elif [ -L "$real" ]; then kind="link"
    elif [ -d "$real" ]; then kind=directory
    elif [ -e "$real" ]; then kind=other
    else kind=absent
    fi
    fb folder $kind
    printf '%s\0' "$real"
    total=0
    if [ $kind = directory ]; then
      for entry in "$real"/.[!.]* "$real"/..?* "$real"/*; do
        if ! [ -e "$entry" ] && ! [ -L "$entry" ]; then continue; fi
        total=$((total + 1))
        if [ $total -le "$limit" ]; then printf '%s\0' "${entry##*/}"; fi
      done
    fi
    printf %s $total
  done
}
