"""inotify, through the C library: the standard library has no binding."""
import collections
import ctypes
import os
import struct

IN_ATTRIB, IN_CLOSE_WRITE, IN_MOVED_FROM, IN_MOVED_TO = 0x4, 0x8, 0x40, 0x80
IN_CREATE, IN_DELETE, IN_DELETE_SELF, IN_MOVE_SELF = 0x100, 0x200, 0x400, 0x800
IN_UNMOUNT, IN_Q_OVERFLOW, IN_IGNORED = 0x2000, 0x4000, 0x8000

NAME_EVENTS = IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
FOLDER_EVENTS = IN_DELETE_SELF | IN_MOVE_SELF
CACHE_EVENTS = NAME_EVENTS | FOLDER_EVENTS
IMAGE_EVENTS = CACHE_EVENTS | IN_CLOSE_WRITE        # a reason to look; it does not prove that an image is complete
EVENTS_LOST = FOLDER_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED

Event = collections.namedtuple('Event', 'watch mask name')


class Inotify:
    """Events of watched folders. Raises OSError if the kernel gives no inotify instance or no watch."""
    HEADER = struct.Struct('iIII')

    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.fd = self.check(self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    @staticmethod
    def check(result):
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result

    def watch(self, folder, mask):
        """Watches the folder of a descriptor. The watch does not keep the folder open."""
        path = ('/proc/self/fd/%d' % folder).encode()
        return self.check(self.libc.inotify_add_watch(self.fd, path, ctypes.c_uint32(mask)))

    def drop(self, watch):
        self.libc.inotify_rm_watch(self.fd, watch)

    def read(self):
        """All events that have come since the last call."""
        events = []
        while True:
            try:
                data = os.read(self.fd, 1 << 16)
            except BlockingIOError:
                return events
            at = 0
            while at < len(data):
                watch, mask, _, length = self.HEADER.unpack_from(data, at)
                at += self.HEADER.size
                events.append(Event(watch, mask, os.fsdecode(data[at:at + length].rstrip(b'\0'))))
                at += length
