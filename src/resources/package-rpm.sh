# Installs packages with dnf or yum. Never upgrades or removes a package that is there.
# Both managers say themselves that they wait for their lock.
# shellcheck shell=sh

# run_rpm OPTION...: runs the manager on the packages of install_rpm.
run_rpm() { "$manager" ${weak:+"$weak"} --setopt=metadata_expire=-1 "$@"; }

# install_rpm MANAGER NAME...: looks at what the manager would do, before anything is changed.
install_rpm() {
  export LC_ALL=C NEEDRESTART_SUSPEND=1
  manager=$1
  shift
  weak=
  if [ "$manager" = dnf ]; then weak=--setopt=install_weak_deps=False; fi
  planned=$(run_rpm --assumeno install "$@" 2>&1) || :
  case $planned in
    *'Unable to find a match'* | *'No match for argument'* | *'No package '*)
      echo 'not found in the package lists: refreshing them'
      "$manager" clean expire-cache
      "$manager" makecache
      planned=$(run_rpm --assumeno install "$@" 2>&1) || : ;;
  esac
  if printf '%s\n' "$planned" | grep -Eq '^(Upgrading|Updating|Downgrading|Removing|Replacing)( for dependencies)?:'; then
    printf '%s\n' "$planned"
    echo 'installing this would upgrade or remove packages that are there, which fastboot never does'
    echo 'upgrade them yourself, then run again'
    exit 1
  fi
  run_rpm -y install "$@"
}
