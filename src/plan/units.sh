# Functions of the script that makes the changes of a host: units begin and end, and the host's syslog is written.
# Needs the functions of the prelude, and the variables
#   run, operator: the id of the run, and who started it, for the syslog
#   lock_folder, lock_file: where units of different runs lock each other out
#   max_wait_s: how long to wait for a unit of another run
# shellcheck shell=sh disable=SC1010,SC2154,SC2174

# How many changes were made, their names, and what the syslog line says at its end.
made=0 names='' ending=''

# begin_unit: asks whether the next unit may begin (frame `next`). Waits while a unit of another run is at work on this host,
# such as one that a killed run left behind: it ends by itself. The lock is on descriptor 7 until end_unit. While it waits it
# asks again each second, so that an interrupt or a lost connection ends the wait.
begin_unit() {
  left=$max_wait_s
  while :; do
    fb next
    if ! read -r answer || [ "$answer" != go ]; then
      fb stopped
      write_syslog
      exit 0
    fi
    # without flock there is no lock
    command -v flock >/dev/null || return 0
    error=$({ mkdir -p -m 0755 "$lock_folder" && umask 077 && : >>"$lock_file"; } 2>&1) || {
      fb failed 1
      printf '%s\n' "$error"
      exit 0
    }
    exec 7>>"$lock_file"
    if flock -n 7; then return 0; fi
    exec 7>&-
    fb waiting
    if [ "$left" -le 0 ]; then
      fb failed 1
      echo "timed out after $max_wait_s s: a step that another run of fastboot began on this host has not ended"; echo 'look at its processes (ps axf), wait until it has ended, then run again'
      write_syslog
      exit 0
    fi
    sleep 1
    left=$((left - 1))
  done
}

# end_unit CODE COUNT NAMES: ends the script if the unit failed.
end_unit() {
  exec 7>&-
  if [ "$1" -ne 0 ]; then
    fb failed "$1"
    ending='; a step failed'
    write_syslog
    exit 0
  fi
  made=$((made + $2)) names=$names$3
}

# write_syslog: one line about what was changed, if anything was, or if a step failed.
write_syslog() {
  if [ $made -eq 0 ] && [ -z "$ending" ] || ! command -v logger >/dev/null; then return 0; fi
  if [ $made -eq 1 ]; then things=thing; else things=things; fi
  timeout 5 logger -t "fastboot[$run]" -p user.notice -- "$operator changed $made $things$names$ending" </dev/null 2>/dev/null || :
}

# stop_service UNIT: stops a service until resume_service, if it runs. It is started again also after a failure.
stop_service() {
  service=$1
  service_state=$(systemctl show -p ActiveState --value "$service")
  trap 'exit_after $?' EXIT
  case $service_state in active | activating | reloading) systemctl stop "$service" ;; esac
}
resume_service() {
  trap - EXIT
  start_again
}
exit_after() {
  start_again
  exit "$1"
}
start_again() {
  case $service_state in active | activating | reloading) systemctl start "$service" ;; esac
}
