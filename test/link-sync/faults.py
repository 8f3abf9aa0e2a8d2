"""Faults that are put into link-sync one at a time. The checks have to detect each of them.

    faults.py [COUNT]     plays at most COUNT histories for each fault; exit code 1 if one is not detected
    faults.py --match     only checks that each text is in the script; exit code 1 if one is not

A fault is a list of (text of the script, text to put in its place). Each text must be in the script exactly once.
"""
# ruff: noqa: E501 - the texts are lines of the script
import os
import subprocess
import sys

import harness

FAULTS = {
    'link-before-chown': [
        ("            changes = image.give(self.config.owner, self.config.mode)\n            image.require_unchanged(st)\n", ''),
        ("            if not has_owner_and_mode(self.config, image.stat()):\n                raise Waits('its owner and mode were set, but the file system did not keep them', format, complete=True)\n", ''),
        ("                image.link(folders.cache, record.base)\n",
         "                image.link(folders.cache, record.base)\n                changes = image.give(self.config.owner, self.config.mode)\n")],
    'owner-never-set': [("        os.fchown(fd, *owner)\n", ''), ("    return config.owner in (None", "    return True or config.owner in (None")],
    'no-settling': [("        left = self.settling.left(record, st)\n", "        left = 0\n")],
    'settle-by-the-wall-clock': [("        return record.seen + self.seconds - monotonic()\n",
                                  "        return st.st_ctime_ns / 1e9 + self.seconds - wall()\n")],
    'future-change-time-settles': [("max(self.seconds, 0.001) if age < 0 else", "0 if age < 0 else")],
    'no-lease': [("            fcntl.fcntl(self.fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)\n", "            pass\n"),
                 ("        leased = fcntl.fcntl(self.fd, fcntl.F_GETLEASE) == fcntl.F_RDLCK\n", "        leased = True\n")],
    'no-second-look': [("            image.require_unchanged(st)\n", ''),
                       ("            if signature(image.stat()) != record.signature:\n", "            if False:\n")],
    'link-by-path': [("        os.link('/proc/self/fd/%d' % self.fd, base, dst_dir_fd=cache, follow_symlinks=True)\n",
                      "        os.link(self.name, base, src_dir_fd=self.folder, dst_dir_fd=cache, follow_symlinks=False)\n")],
    'symlinks-followed': [("os.stat(name, dir_fd=folder, follow_symlinks=False)", "os.stat(name, dir_fd=folder)"),
                          ("        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK", "        flags = os.O_RDONLY | os.O_NONBLOCK")],
    'replace-on-conflict': [("            except FileExistsError:\n                self.require_allowed(folders, record, st, True, format)\n",
                             "            except FileExistsError:\n                os.unlink(record.base, dir_fd=folders.cache)\n                image.link(folders.cache, record.base)\n"),
                            ("                raise Conflict('its name", "                Conflict('its name")],
    'conflict-re-owned': [("                raise Conflict('its name",
                           "                os.chown(record.base, 1, 1, dir_fd=folders.cache)\n                raise Conflict('its name")],
    'orphans-removed': [("        state, reason = self.classify(base, st)\n",
                         "        state, reason = self.classify(base, st)\n        if state == ORPHAN:\n            os.unlink(base, dir_fd=folders.cache)\n")],
    'name-lower-cased': [("    return hashlib.sha1(os.fsencode(image_id))", "    return hashlib.sha1(os.fsencode(image_id.lower()))")],
    'name-with-newline': [("    return hashlib.sha1(os.fsencode(image_id))", "    return hashlib.sha1(os.fsencode(image_id + '\\n'))")],
    'backing-files-allowed': [("    if header.backing_offset:\n", "    if False:\n")],
    'data-files-allowed': [("    if header.incompatible & DATA_FILE:\n", "    if False:\n"),
                           ("KNOWN_FEATURES = DIRTY", "KNOWN_FEATURES = DATA_FILE | DIRTY")],
    'encryption-allowed': [("    if header.crypt:\n", "    if False:\n")],
    'other-formats-allowed': [("    other = other_format(content, head)\n", "    other = None\n")],
    'footers-not-read': [("    if tail.startswith((b'conectix', b'koly'))", "    if tail.startswith(b'koly')")],
    'iso-allowed': [("    return 'iso' if is_iso(content) else 'raw'\n", "    return 'raw'\n")],
    'cut-short-allowed': [("        if offset + length > self.size:\n", "        if False:\n"),
                          ("        if len(data) < length:\n", "        if False:\n"),
                          ("        data = self.some(offset, length)\n", "        data = self.some(offset, length).ljust(length, b'\\0')\n")],
    'empty-allowed': [("    if len(head) < 64 and any", "    if 0 < len(head) < 64 and any"),
                      ("        if st.st_size == 0:\n            raise Waits", "        if False:\n            raise Waits")],
    'held-names-published': [("        if record.base in self.config.hold:\n", "        if False:\n")],
    'adopted-names-linked': [("        if record.base in self.config.adopted:\n            raise Waits(", "        if False:\n            raise Waits(")],
    'adopted-called-foreign': [("        if base in self.config.adopted and not kind_of(st):\n", "        if False:\n")],
    'adopted-left-to-nova': [("        return self.config.owner or ROOT\n", "        return self.config.owner\n")],
    'adopted-not-mended': [("            changes = file.give(owner, self.config.mode)\n            if format", "            changes = '' if format else file.give(owner, self.config.mode)\n            if format")],
    'adopted-image-re-owned': [("        if self.config.owner is None and st.st_nlink > 1 and", "        if False and")],
    'saving-is-good-enough': [("        active = image.get('status') == 'active'\n", "        active = True\n"),
                              ("        if image.get('size') is None:\n", "        if False:\n"),
                              ("        if image.get('size') != st.st_size:\n", "        if image.get('size') not in (None, st.st_size):\n")],
    'size-not-compared': [("        if image.get('size') != st.st_size:\n", "        if False:\n")],
    'format-not-compared': [("        if (declared, format) not in (", "        if format == 'iso' and (declared, format) not in ("),
                            ("        return declared\n", "        return format\n")],
    'away-means-yes': [("                if self.config.glance_away == 'wait':\n", "                if True:\n                    return format\n                if self.config.glance_away == 'wait':\n")],
    'not-mended': [("        if not has_owner_and_mode(self.config, st) or format is None:\n", "        if format is None:\n"),
                   ("        if same and has_owner_and_mode(self.config, st):\n", "        if same:\n")],
    'folder-not-mended': [("        self.cache_names.correct_folder(folders)\n", '')],
    'first-look-counts-for-ever': [("        if record.signature != now_signature:\n            record.signature, record.seen = now_signature, monotonic()\n",
                                    "        if record.signature is None:\n            record.seen = monotonic()\n        record.signature = now_signature\n")],
    'refusals-never-reconsidered': [("        if record.examined and record.examined[0] == record.signature and", "        if record.examined and")],
    'conflicts-never-reconsidered': [("        if same and has_owner_and_mode(self.config, st):\n", "        if record.state == 'conflict' or same and has_owner_and_mode(self.config, st):\n")],
    'removed-links-not-remade': [("        same = record.state == LINKED and inode == st.st_ino and", "        same = record.state == LINKED and inode in (None, st.st_ino) and")],
}


def main(argv):
    if argv == ['--match']:
        for fault in FAULTS.values():
            harness.text_with(fault)
        return 0
    count = argv[0] if argv else '1000'
    folder = os.path.dirname(os.path.abspath(__file__))
    missed = 0
    for name in sorted(FAULTS):
        played = subprocess.run([sys.executable, folder + '/histories.py', count, '1', name],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        last = (played.stdout.strip().split('\n') or [''])[-1]
        if played.returncode != 1 or not last.startswith('history '):
            missed += 1
            last = 'NOT DETECTED: ' + last
        print('%-30s %s' % (name, last), flush=True)
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
