# Finds what may link images into the cache folder beside link-sync: lines of crontabs, scripts, running programs.
# shellcheck shell=sh

# looks_like SCRIPT OPTION PATTERN: whether the start of a script has a line that grep finds.
looks_like() { [ "$(head -c 1048576 "$1" | grep -ac "$2" -e "$3")" -gt 0 ]; }

# find_linkers CACHE: prints three things. First the crontabs of the system and of all users. Then those of their scripts that
# have the cache folder, SHA-1 and links in them. Then the running programs that are such a script, or the known recipe.
find_linkers() {
  cache=$1
  set --
  for f in /etc/crontab /etc/cron.d/* /var/spool/cron/* /var/spool/cron/crontabs/*; do
    case $f in */fastboot-link-sync) continue ;; esac
    if ! is_remote "$f" && [ -f "$f" ] && ! [ -L "$f" ]; then
      fb image-linkers crontab "$f"
      head -c 200000 "$f"
      set -- "$@" "$f"
    fi
  done

  fb image-linkers scripts
  found=
  if [ $# -gt 0 ]; then
    # every word of the crontabs that is a plain path
    for p in $(grep -hv '^[[:space:]]*#' "$@" | tr -s ' \t;&|()<>"\047' '\n' | grep '^/[A-Za-z0-9_./-]*$' | sort -u | head -n 200); do
      if is_remote "$p" || ! [ -f "$p" ]; then continue; fi
      if looks_like "$p" -F "$cache" && looks_like "$p" -E 'sha1|shasum' &&
        looks_like "$p" -E '(^|[^A-Za-z_])(ln|link|hardlink)([^A-Za-z_]|$)'; then
        printf '%s\n' "$p"
        found="$found $p"
      fi
    done
  fi

  fb image-linkers running
  grep -asz . /proc/[0-9]*/cmdline | tr '\n\0' '?\n' | while read -r word; do
    for p in $found ln_all_images.py; do
      case $word in *"$p") printf '%s\n' "${word##*cmdline:}" ;; esac
    done
  done | sort -u | head -n 20
}
