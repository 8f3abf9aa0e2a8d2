# Tells where folders really are, and how much room is there.
# shellcheck shell=sh

# find_places PATH...: prints for each path its kind and real path, then device, owners and mode, then the lines of df. If a
# path does not exist, everything but the kind is about its nearest parent that does.
find_places() {
  for p; do
    fb place
    if is_remote "$p"; then echo remote; continue; fi
    kind=absent folder=$p
    if [ -d "$p" ]; then kind=folder; elif [ -e "$p" ] || [ -L "$p" ]; then kind=other; fi
    while ! [ -d "${folder:-/}" ]; do folder=${folder%/*}; done
    cd -P -- "${folder:-/}" || continue
    if is_remote "$PWD"; then echo remote; continue; fi
    printf '%s %s\n' "$kind" "$PWD"
    stat -c '%d %u %g %a' .
    timeout 5 df -Pk .
  done
}
