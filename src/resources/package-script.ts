/**
 * Installing without touching what is there already: what the manager would do is looked at first, and an installation
 * that would upgrade or remove anything fails before it has begun.
 */

/**
 * Apt's own count of what it has done goes out as it comes, also where its output is kept back (engine/progress-lines.ts).
 *
 * @param names quoted words
 */
export function aptScript(names: string): string {
  return `export LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 NEEDRESTART_MODE=l
holder() {
  for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
    if [ -e "$lock" ]; then sed -n "s/^[0-9]*: .* WRITE \\([0-9]*\\) .*:$(stat -c %i "$lock") .*/\\1/p" /proc/locks; fi
  done | head -n 1
}
tries=0
while pid=$(holder) && [ -n "$pid" ]; do
  if [ $tries -eq 0 ]; then
    echo "waiting for another package manager to finish: process $pid ($(cat "/proc/$pid/comm" 2>/dev/null))"
  fi
  if [ $tries -ge 300 ]; then echo "process $pid still holds the lock after 300 s"; exit 1; fi
  tries=$((tries + 1))
  sleep 1
done
exec 3>&1
apt() {
  apt-get -q -y -o APT::Status-Fd=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \\
    --no-install-recommends --no-upgrade --no-remove "$@"
}
fetch() { fetched=$(apt --download-only install ${names} 2>&1); }
if ! fetch; then
  case $fetched in
    *'Unable to locate package'* | *'no installation candidate'* | *' 404 '*)
      echo 'not found with the package lists as they are: refreshing them'
      apt-get -q -o DPkg::Lock::Timeout=300 update || :
      fetch || { printf '%s\\n' "$fetched"; exit 1; } ;;
    *) printf '%s\\n' "$fetched"; exit 1 ;;
  esac
fi
if ! printf '%s\\n' "$fetched" | grep -q '^0 upgraded, [0-9]* newly installed, 0 to remove'; then
  printf '%s\\n' "$fetched"
  echo 'installing this would upgrade or remove packages that are there, which fastboot never does'
  echo 'upgrade them yourself, then run again'
  exit 1
fi
apt install ${names}`;
}

/**
 * Dnf and yum say themselves when they wait for their lock.
 *
 * @param names quoted words
 */
export function rpmScript(manager: 'dnf' | 'yum', names: string): string {
  const weak = manager === 'dnf' ? ' --setopt=install_weak_deps=False' : '';
  return `export LC_ALL=C NEEDRESTART_SUSPEND=1
run() { ${manager}${weak} --setopt=metadata_expire=-1 "$@" install ${names}; }
planned=$(run --assumeno 2>&1) || :
case $planned in
  *'Unable to find a match'* | *'No match for argument'* | *'No package '*)
    echo 'not found in the package lists: refreshing them'
    ${manager} clean expire-cache
    ${manager} makecache
    planned=$(run --assumeno 2>&1) || : ;;
esac
if printf '%s\\n' "$planned" | grep -Eq '^(Upgrading|Updating|Downgrading|Removing|Replacing)( for dependencies)?:'; then
  printf '%s\\n' "$planned"
  echo 'installing this would upgrade or remove packages that are there, which fastboot never does'
  exit 1
fi
run -y`;
}
