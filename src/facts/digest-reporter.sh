# Reports while a long file is read, so that the operator and the run's own watch see that the host is at work.
# shellcheck shell=sh

# report_while NAME NUMBER TOTAL: starts the reports about reading the file, the NUMBERth of TOTAL.
report_while() {
  label=$(printf %s "$1" | tr '\n' '?')
  while :; do
    fb step "comparing: reading $label ($2 of $3)"
    # without this redirection a sleep that is left over would keep the output of the script open
    sleep 5 >/dev/null || exit
  done &
  reporter=$!
}

# stop_report: ends them.
stop_report() {
  kill "$reporter"
  wait "$reporter"
}
