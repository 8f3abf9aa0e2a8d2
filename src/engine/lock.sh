# Takes the run lock on the backend, and holds it for as long as the session lasts and heartbeats come.
# Needs fb, the functions of records.sh, and the variables
#   lock_folder, lock_file: where the lock is
#   max_wait_s: how long to wait for another run
#   timeout_s: after which a lock without a heartbeat ends by itself
#   holder: what the lock file says
# shellcheck shell=sh disable=SC2154,SC2174

mkdir -p -m 0755 "$lock_folder" || exit 1
umask 077
exec 9>>"$lock_file" || exit 1
left=$max_wait_s
until flock -n 9; do
  other=$(head -n 1 "$lock_file" | head -c 2000)
  if [ "$left" -le 0 ]; then fb held "$other"; exit 0; fi
  fb waiting "$other"
  sleep 1
  left=$((left - 1))
done
printf '%s\n' "$holder" >"$lock_file"
fb locked

# Each line is a request or a heartbeat. It is read by another process, which can be timed out and must not hold the lock.
while line=$(timeout "$timeout_s" sh -c 'IFS= read -r line && printf "%s\n" "$line"' 9>&-) && [ -n "$line" ]; do
  case $line in
    save\ * | drop\ * | prune)
      set -f
      said=$($line 2>&1)
      code=$?
      set +f
      fb answer $code "$(printf %s "$said" | tr '\n' ' ')" ;;
    *) fb alive ;;
  esac
done
: >"$lock_file"
exit 0
