# Tries to connect to TCP ports.
# shellcheck shell=sh

# reach ADDRESS PORT: prints what the attempt said, after its exit code. It takes three seconds at most, by the first of
# bash, python3 and nc that the host has.
reach() {
  if command -v bash >/dev/null; then
    said=$(timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
  elif command -v python3 >/dev/null; then
    said=$(timeout 4 python3 -c 'import socket,sys;socket.create_connection((sys.argv[1],int(sys.argv[2])),3)' "$1" "$2" 2>&1)
  elif command -v nc >/dev/null; then
    said=$(timeout 4 nc -v -z -w 3 "$1" "$2" 2>&1)
  else
    fb reach 127
    return
  fi
  fb reach $?
  printf '%s\n' "$said"
}
