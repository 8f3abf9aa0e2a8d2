# Tells whether files stay the same while something is mounted over them or unmounted.
# shellcheck shell=sh

# fingerprints FILE...: prints for each file its name, its size, and the SHA-256 of its first and its last 64 KiB. These
# are the header and the first and last clusters of a disk image. Prints `missing` for a file that cannot be read.
fingerprints() {
  for file; do
    printf '%s\n' "$file"
    stat -L -c %s "$file" && head -c 65536 "$file" | sha256sum && tail -c 65536 "$file" | sha256sum || echo missing
  done
}
