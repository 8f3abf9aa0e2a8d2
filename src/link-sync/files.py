"""One file of the pool: its lease, its owner and mode, its hard link, its base name."""
import errno
import fcntl
import hashlib
import os
import re
import stat

from folders import stat_in
from verdicts import Gone, Waits

IMAGE_ID = re.compile(r'[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}')
BASE_NAME = re.compile(r'[0-9a-f]{40}')
CHANGED_MEANWHILE = 'it changed while it was read'


class OpenImage:
    """One image, opened without following links and without blocking.

    A read lease proves that nobody has the file open for writing: local programs and clients of the pool. (A close
    event proves nothing: it also comes when an upload breaks off.) The lease is held until close; a program
    that opens the file for writing meanwhile waits until then.
    """

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        try:
            self.fd = os.open(name, flags, dir_fd=folder)
        except FileNotFoundError:
            raise Gone from None
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.ELOOP, errno.ENXIO):
                raise Waits('another program is opening or replacing it') from None
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def stat(self):
        return os.fstat(self.fd)

    def lease(self):
        """Takes the lease. Raises Waits while anyone has the file open for writing."""
        try:
            fcntl.fcntl(self.fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            if error.errno == errno.EAGAIN:
                raise Waits('it is open for writing') from None
            raise

    def require_same(self, before):
        """Raises Waits unless this is the file that `before` describes."""
        now = self.stat()
        if (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino):
            raise Waits(CHANGED_MEANWHILE)

    def require_unchanged(self, before):
        """Raises Waits unless the lease is still held, and bytes and name are still those of `before`."""
        now, named = self.stat(), stat_in(self.folder, self.name)
        same_bytes = (now.st_ino, now.st_size, now.st_mtime_ns) == \
                     (before.st_ino, before.st_size, before.st_mtime_ns)
        same_name = named is not None and (named.st_dev, named.st_ino) == (now.st_dev, now.st_ino)
        leased = fcntl.fcntl(self.fd, fcntl.F_GETLEASE) == fcntl.F_RDLCK
        if not (same_bytes and same_name and leased):
            raise Waits(CHANGED_MEANWHILE)

    def give(self, owner, mode):
        """Sets owner (None: keep) and mode. Returns what was changed as text; '' for nothing."""
        return set_owner_and_mode(self.fd, owner, mode)

    def link(self, cache, base):
        """Links the open file itself, not its name. Raises FileExistsError if the name is taken."""
        os.link('/proc/self/fd/%d' % self.fd, base, dst_dir_fd=cache, follow_symlinks=True)


def set_owner_and_mode(fd, owner, mode):
    """Sets owner (None: keep) and mode (None: keep) of an open file. Returns what was changed as text."""
    before = os.fstat(fd)
    changes = []
    if owner not in (None, (before.st_uid, before.st_gid)):
        os.fchown(fd, *owner)
        changes.append('owner %d:%d -> %d:%d' % ((before.st_uid, before.st_gid) + owner))
    if mode not in (None, stat.S_IMODE(os.fstat(fd).st_mode)):      # chown may clear bits
        os.fchmod(fd, mode)
        changes.append('mode %04o -> %04o' % (stat.S_IMODE(before.st_mode), mode))
    return ', '.join(changes)


def kind_of(st):
    """What a file is if it is not a regular file, in words; None for a regular file."""
    for test, words in ((stat.S_ISLNK, 'a symbolic link'), (stat.S_ISDIR, 'a folder'),
                        (stat.S_ISFIFO, 'a named pipe'), (stat.S_ISSOCK, 'a socket'),
                        (stat.S_ISCHR, 'a device'), (stat.S_ISBLK, 'a device')):
        if test(st.st_mode):
            return words
    return None


def same_file(one, other):
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def describe(st):
    """A file in words that distinguish it from another one."""
    return 'inode %d, %d bytes, owner %d:%d' % (st.st_ino, st.st_size, st.st_uid, st.st_gid)


def base_name(image_id):
    """Nova's name for an image: the SHA-1 of the id, exactly as Glance has it. Capitals stay capitals."""
    return hashlib.sha1(os.fsencode(image_id)).hexdigest()


def signature(st):
    """A value that changes whenever the file's bytes, owner, mode or identity change."""
    return st.st_ino, st.st_size, st.st_mtime_ns, st.st_ctime_ns
