# Finds the route to an address, and how fast its device is.
# shellcheck shell=sh

# first WORD...: prints the first word.
first() { printf %s "$1"; }

# print_speed DEVICE: prints its Mbit/s, and those of the devices below it, where it is a bond, a bridge or a VLAN.
print_speed() {
  mbit=
  read -r mbit <"/sys/class/net/$1/speed"
  printf 'speed %s\n' "${mbit:--1}"
  for lower in "/sys/class/net/$1"/lower_*; do
    if [ -e "$lower" ]; then print_speed "${lower##*/lower_}"; fi
  done
}

# find_route ADDRESS: prints the address, the kernel's route to it, and speeds. Of an own address it prints the device that
# has it, because the route is by way of lo.
find_route() {
  fb route
  printf '%s\n' "$1"
  [ -n "$1" ] || return
  found=$(ip -o route get "$1")
  printf '%s\n' "$found"
  device=${found#* dev }
  device=${device%% *}
  case $found in
    local*)
      device=$(ip -o addr show to "$1" | { read -r _ name _; printf %s "$name"; })
      printf 'device %s\n' "$device" ;;
  esac
  if [ -n "$device" ]; then print_speed "$device"; fi
}
