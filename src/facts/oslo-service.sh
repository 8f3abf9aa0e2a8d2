# Reads units, arguments and settings of a service of OpenStack.
# shellcheck shell=sh

# read_service FACT UNITS FILTER KOLLA PATTERN...: UNITS has one unit a line. FILTER is the awk program that prints the
# wanted options of configuration files. KOLLA is the folder that kolla makes for the service, empty if that is not asked.
# The patterns match the default configuration files. Files that the command line names are read too.
read_service() {
  fact=$1 units=$2 filter=$3 kolla=$4
  shift 4
  newline='
'
  # The units: from the first with a process the process id; from the last with a command its command line.
  pid='' command=''
  if [ -d /run/systemd/system ]; then
    fb "$fact" units
    set -f
    IFS=$newline
    # shellcheck disable=SC2086
    shown=$(systemctl show --no-pager -p Id,LoadState,ActiveState,MainPID,ExecStart -- $units)
    printf '%s\n' "$shown"
    for line in $shown; do
      case $line in
        MainPID=0) ;;
        MainPID=*) pid=${pid:-${line#*=}} ;;
        ExecStart=*argv*) command=${line#*argv\[\]=}; command=${command%% ; *} ;;
      esac
    done
  fi
  unset IFS
  set +f

  # The words of its command line: of the running process one a line, of the unit's command with blanks between them.
  if [ -n "$pid" ] && words=$(tr '\0' '\n' <"/proc/$pid/cmdline"); then
    fb "$fact" words running
  else
    pid='' words=$command
    fb "$fact" words
  fi

  # The configuration files: the default ones, then those that the words name. Only the words that name them are printed.
  patterns=$*
  # shellcheck disable=SC2086 # the patterns become files here
  set -- $patterns
  set -f
  if [ -n "$pid" ]; then IFS=$newline; fi
  option=
  for word in $words; do
    case $option$word in
      --config-file | --config-dir) option=$word=; printf '%s\n' "$word"; continue ;;
      --config-file=*) file=${word#--config-file=}; set -- "$@" "$file" ;;
      --config-dir=*) file=${word#--config-dir=}; set +f; set -- "$@" "$file"/*.conf; set -f ;;
      *) continue ;;
    esac
    printf '%s\n' "$word"
    option=
  done
  set +f
  unset IFS
  for file; do
    shift
    case $file in /*) if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"; fi ;; esac
  done
  fb "$fact" files
  if [ $# -gt 0 ]; then awk "$filter" "$@"; fi
  if [ -n "$kolla" ] && [ -d "$kolla" ]; then fb "$fact" kolla; fi
}
