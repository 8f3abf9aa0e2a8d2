# Keeps the records of runs, for the session that holds the run lock. Only root can read what is written.
# Needs the variables state_folder, runs_folder and first_old, the number of the first record that is too old.
# shellcheck shell=sh disable=SC2154,SC2174

# save NAME BASE64: writes a file of a run.
save() {
  mkdir -p -m 0755 "$state_folder" && mkdir -p -m 0700 "$runs_folder" || return
  printf %s "$2" | base64 -d >"$runs_folder/.new" &&
    { sync "$runs_folder/.new" 2>/dev/null || sync; } &&
    mv -f "$runs_folder/.new" "$runs_folder/$1"
}

# drop RUN: deletes the record of a run.
drop() {
  rm -f "$runs_folder/$1.json" "$runs_folder/$1.plan.gz"
  rmdir "$runs_folder" 2>/dev/null || :
}

# prune: deletes all but the newest records. Their names begin with the time of the run.
prune() {
  # shellcheck disable=SC2012 # names of records are plain
  ls -1 "$runs_folder" | sed -n 's/\.json$//p' | sort -r | tail -n +"$first_old" | while read -r old; do drop "$old"; done
}
