"""The lock: one link-sync for each configuration. The kernel releases it when the process ends."""
import fcntl
import os

from log import make_parent


class Locked(Exception):
    """Another link-sync is running with this configuration."""


class Lock:
    """Held from construction to the end of the `with` block. Raises Locked."""

    def __init__(self, config):
        path = config.state + '.lock'
        make_parent(path)
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self.fd, 20, 0).decode('ascii', 'replace').strip()
            os.close(self.fd)
            raise Locked('another link-sync is running (process %s, lock %s)' % (holder or 'unknown', path)) from None
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, b'%d\n' % os.getpid(), 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)
