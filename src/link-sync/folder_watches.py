"""The inotify watches on the images folder and the cache folder."""
from inotify import CACHE_EVENTS, EVENTS_LOST, IMAGE_EVENTS, IN_IGNORED, IN_Q_OVERFLOW, Inotify
from output import print_error


class FolderWatches:
    """Watches both folders, also after they were replaced. Without inotify there are no events."""

    def __init__(self):
        self.inotify = None
        self.folders = {}           # inotify's number: 'images' or 'cache'
        self.watched = None         # identity of the folders that have watches
        self.problem = None         # why there are no watches, as it was last reported

    def start(self):
        try:
            self.inotify = Inotify()
        except OSError as error:
            print_error('inotify is not available (%s). Images are linked by full passes only' % error.strerror)

    def descriptors(self):
        """What to wait on for events."""
        return [self.inotify.fd] if self.inotify else []

    def follow(self, folders, identity):
        """Watches these folders, if they are others than before."""
        if identity != self.watched or len(self.folders) < 2:
            self.set(folders)
            self.watched = identity

    def set(self, folders):
        if not self.inotify:
            return
        for number in self.folders:
            self.inotify.drop(number)
        self.folders = {}
        try:
            self.folders[self.inotify.watch(folders.images, IMAGE_EVENTS)] = 'images'
            self.folders[self.inotify.watch(folders.cache, CACHE_EVENTS)] = 'cache'
            self.problem = None
        except OSError as error:
            problem = 'the folders cannot be watched (%s): images are linked by full passes only' % error.strerror
            if problem != self.problem:
                print_error(problem)
            self.problem = problem

    def read(self):
        """The events since the last call as (folder, event); the folder is None if events were lost."""
        events = []
        for event in self.inotify.read() if self.inotify else []:
            folder = self.folders.get(event.watch)
            if event.mask & IN_Q_OVERFLOW or folder and event.mask & EVENTS_LOST:
                events.append((None, event))
                if event.mask & IN_IGNORED:
                    self.folders.pop(event.watch, None)
            elif folder:
                events.append((folder, event))
        return events
