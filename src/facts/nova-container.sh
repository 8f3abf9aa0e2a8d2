# Describes the container that nova-compute is in.
# shellcheck shell=sh disable=SC2154

# describe_container LIMIT UNIT CONTAINER FOLDER FILTER: a running nova-compute is in a container if the root of its process
# is not the host's. Then its mount table and the host's are printed. Of a stopped container docker or podman tell, and
# nothing but state and mounts is taken of what they say, because its environment may hold passwords. FOLDER is where kolla
# keeps its configuration, FILTER the awk program that prints the wanted options of it.
describe_container() {
  pid=
  # shellcheck disable=SC2013 # paths in /proc have no blanks
  for comm in $(grep -sxl nova-compute /proc/[0-9]*/comm); do
    root=${comm%comm}root/
    # shellcheck disable=SC3013 # all shells of hosts know -ef
    if [ -e "$root" ] && ! [ "$root" -ef / ]; then pid=${comm%/comm} pid=${pid##*/}; break; fi
  done
  if [ -z "$pid" ] && ! [ -d "$4" ]; then return; fi
  runtime=
  for runtime in docker podman ''; do if command -v "$runtime" >/dev/null; then break; fi; done
  fb nova-container found "$runtime"
  if [ -d /run/systemd/system ]; then systemctl show --no-pager -p LoadState -- "$2"; fi
  if [ -n "$pid" ]; then
    fb nova-container seen
    head -c "$1" "/proc/$pid/mountinfo"
    fb nova-container host
    printf '%s\n' "$mountinfo" | head -c "$1"
  elif [ -n "$runtime" ]; then
    fb nova-container described
    timeout 10 "$runtime" inspect --type container --format '{{.State.Running}} {{json .Mounts}}' "$3" | head -c "$1"
  fi
  if [ -r "$4/nova.conf" ]; then fb nova-container files; awk "$5" "$4/nova.conf"; fi
}
