# Lists the base files of a compute node, also those under a mount. Needs the functions of mount-guard.sh, and the variables
# list_program with list-own-files.sh, and list_beneath_program with list-beneath.sh.
# shellcheck shell=sh disable=SC2154

# read_base LIMIT INSTANCES: prints where `_base` in Nova's folder is, and its entries as list-own-files.sh does.
read_base() {
  if is_remote "$2"; then fb base-files remote; return; fi
  cd -P -- "$2" || { fb base-files absent; return; }
  base=${PWD%/}/_base
  if is_remote "$base"; then
    fb base-files mounted "$base"
    timeout 10 unshare -m sh -c "$list_beneath_program" sh "$PWD" "$list_program" "$1"
  elif [ -d "$base" ] && cd -P -- "$base"; then
    if is_remote "$PWD"; then fb base-files mounted "$PWD"; return; fi
    fb base-files folder "$PWD"
    sh -c "$list_program" sh . "$1"
  else
    fb base-files absent "$base"
  fi
}
