# Withdraws exports from clients, after they have closed all files.
# Needs the variable nfsd_folder, where the kernel shows its NFS server.
# shellcheck shell=sh disable=SC2154

# has_open_files PATTERN: whether a client of NFSv4, whose line in its info file matches, has files open. The server treats a
# client that has not renewed its lease, such as one that lost its power, as disconnected. It does not count.
has_open_files() {
  for info in "$nfsd_folder"/clients/*/info; do
    if ! grep -q -e "$1" "$info" 2>/dev/null; then continue; fi
    if grep -q -e '^status: *"*\(courtesy\|expirable\)' "$info" 2>/dev/null; then continue; fi
    if grep -q . "${info%/info}/states" 2>/dev/null; then return 0; fi
  done
  return 1
}

# wait_until_closed SECONDS CLIENT PATTERN
wait_until_closed() {
  left=$1
  while has_open_files "$3"; do
    if [ "$left" -le 0 ]; then
      refuse "the server still lists $2 with open files, so its export stays. On $2 run: grep ':/' /proc/mounts"
    fi
    echo "waiting until $2 has closed its files ($left s left)"
    sleep 5
    left=$((left - 5))
  done
}

# remove_line FILE LINE: only just this line is compared with what the plan saw, because others may come and go.
remove_line() {
  grep -Fqx -e "$2" "$1" || refuse "$1 changed after the plan was made"
  backup_once "$1"
  { grep -Fvx -e "$2" "$1" || :; } | write_atomic "$1" "$(stat -c %a "$1")" "$(stat -c %u:%g "$1")"
}
