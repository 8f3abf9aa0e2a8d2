"""Writing images to the disk. After a power cut there must be no link to an image whose data was only in memory."""
import os

from files import OpenImage, signature
from verdicts import Gone, NoLink, Waits


class Flusher:
    """Starts to write an image to the disk in the background as early as possible.

    If a small image is not on the disk when it has to be linked, it is written at that moment.
    """
    SMALL_BYTES = 32 << 20          # a file of this size may be written while all else waits
    MAX_SMALL_FLUSHES = 8           # in the background at the same time

    def __init__(self, wake=None):
        self.wake = wake            # called when a background flush has ended; None: nothing in the background
        self.running = set()        # names
        self.ended = {}             # name: (signature, None or the error)
        self.names = set()          # images that have to be processed again

    def start_early(self, folder, record):
        """Starts on an image that nobody writes any more, even if it is not known yet to be complete."""
        done, _ = self.ended.get(record.id, (None, None))
        if self.wake is None or record.id in self.running or done == record.signature:
            return
        if record.size <= self.SMALL_BYTES and len(self.running) >= self.MAX_SMALL_FLUSHES:
            return
        try:
            with OpenImage(folder, record.id) as image:
                image.lease()
                if signature(image.stat()) == record.signature:
                    self.start(image, record.signature)
        except (NoLink, Gone, OSError):
            pass                    # a problem is reported when the image has to be linked

    def require_on_disk(self, image, key):
        """Raises Waits while the data is being written, and OSError if writing failed."""
        done, error = self.ended.pop(image.name, (None, None))
        if done == key:
            if error:
                raise error
        elif self.wake is None or image.stat().st_size <= self.SMALL_BYTES:
            os.fdatasync(image.fd)
        else:
            if image.name not in self.running:
                self.start(image, key)
            raise Waits('its data is being written to the disk')

    def start(self, image, key):
        import threading
        # opened anew: a duplicate of the descriptor would keep the lease
        fd = os.open('/proc/self/fd/%d' % image.fd, os.O_RDONLY | os.O_CLOEXEC)
        self.running.add(image.name)
        threading.Thread(target=self.flush, args=(fd, image.name, key), daemon=True).start()

    def flush(self, fd, name, key):
        error, size = None, 0
        try:
            size = os.fstat(fd).st_size
            os.fdatasync(fd)
        except OSError as problem:
            error = problem
        finally:
            os.close(fd)
        self.ended[name] = (key, error)
        self.running.discard(name)
        if size > self.SMALL_BYTES:     # otherwise it would wait for the next full pass
            self.names.add(name)
            self.wake()

    def forget(self, name):
        self.ended.pop(name, None)

    def take_names(self):
        """The names to process that have come since the last call."""
        names = set()
        while self.names:
            names.add(self.names.pop())
        return names
