# Installs packages with apt. Never upgrades or removes a package that is there.
# shellcheck shell=sh

# lock_holder: prints the process that holds a lock of dpkg or apt, as the kernel's list of locks has it.
lock_holder() {
  for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
    if [ -e "$lock" ]; then sed -n "s/^[0-9]*: .* WRITE \([0-9]*\) .*:$(stat -c %i "$lock") .*/\1/p" /proc/locks; fi
  done | head -n 1
}

# wait_for_lock SECONDS: waits while another package manager is at work.
wait_for_lock() {
  tries=0
  while pid=$(lock_holder) && [ -n "$pid" ]; do
    if [ $tries -eq 0 ]; then
      echo "waiting for another package manager to finish: process $pid ($(cat "/proc/$pid/comm" 2>/dev/null))"
    fi
    if [ $tries -ge "$1" ]; then echo "timed out: process $pid still holds the lock after $1 s"; exit 1; fi
    tries=$((tries + 1))
    sleep 1
  done
}

# run_apt OPTION... install NAME...: apt reports its progress on descriptor 3.
run_apt() {
  apt-get -q -y -o APT::Status-Fd=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    --no-install-recommends --no-upgrade --no-remove "$@"
}

# install_apt NAME...: downloads first, and looks at what apt would do, before anything is changed.
install_apt() {
  export LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 NEEDRESTART_MODE=l
  wait_for_lock 300
  exec 3>&1
  if ! planned=$(run_apt --download-only install "$@" 2>&1); then
    case $planned in
      *'Unable to locate package'* | *'no installation candidate'* | *' 404 '*)
        echo 'not found with the package lists as they are: refreshing them'
        apt-get -q -o DPkg::Lock::Timeout=300 update || :
        planned=$(run_apt --download-only install "$@" 2>&1) || { printf '%s\n' "$planned"; exit 1; } ;;
      *) printf '%s\n' "$planned"; exit 1 ;;
    esac
  fi
  if ! printf '%s\n' "$planned" | grep -q '^0 upgraded, [0-9]* newly installed, 0 to remove'; then
    printf '%s\n' "$planned"
    echo 'installing this would upgrade or remove packages that are there, which fastboot never does'
    echo 'upgrade them yourself, then run again'
    exit 1
  fi
  run_apt install "$@"
}
