"""The images folder and the cache folder, through descriptors: a path that is replaced meanwhile has no effect."""
import errno
import os


class FolderError(Exception):
    """The two folders cannot be used; the text says why."""


def open_folder(path):
    """A descriptor of a folder, which must exist and must not be a symbolic link. Raises FolderError."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise FolderError('the folder %s is missing; link-sync never creates it' % path) from None
    except OSError as error:
        linked = error.errno in (errno.ELOOP, errno.ENOTDIR) and os.path.islink(path)
        raise FolderError('the folder %s cannot be opened: %s' % (
            path, 'it is a symbolic link; name the real folder' if linked else error.strerror)) from None


def mount_id(fd):
    """The id of the mount that a descriptor was opened through."""
    with open('/proc/self/fdinfo/%d' % fd) as source:
        for line in source:
            if line.startswith('mnt_id:'):
                return int(line.split()[1])
    return None


class Folders:
    """Both folders, open only during one piece of work, so that their file system can be unmounted."""

    def __init__(self, config):
        self.images = open_folder(config.images)
        try:
            self.cache = open_folder(config.cache)
        except FolderError:
            os.close(self.images)
            raise
        if mount_id(self.images) != mount_id(self.cache):
            self.close()
            raise FolderError('%s and %s are on two mounts. A hard link needs both folders on one mount. Put the '
                              'cache folder on the mount of the images' % (config.images, config.cache))

    def close(self):
        os.close(self.images)
        os.close(self.cache)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def identity(self):
        """A value that changes when either folder is replaced or mounted again."""
        stats = [os.fstat(fd) for fd in (self.images, self.cache)]
        return tuple((st.st_dev, st.st_ino) for st in stats) + (mount_id(self.images),)


def stat_in(folder, name):
    """lstat of a name in a folder; None if it does not exist."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def list_inodes(folder):
    """{name: inode number} of a folder."""
    # by path, because Python 3.6 cannot scan a descriptor
    return {entry.name: entry.inode() for entry in os.scandir('/proc/self/fd/%d' % folder)}
