"""--watch: stays running. Events and deadlines wake it; every `interval` seconds it makes a full pass."""
import os
import select
import signal

from clock import monotonic
from flusher import Flusher
from folder_watches import FolderWatches
from folders import FolderError, Folders
from inotify import IN_CLOSE_WRITE
from linker import Linker
from lock import Lock
from log import Log
from output import print_error
from passes import finish, run_pass
from records import SettleByClock
from state import State
from status_text import count_text
from systemd import Systemd

READY_WITHIN_S = 15                 # how long the first pass waits for images to settle before it reports READY


class Stopped(Exception):
    """SIGTERM came in the middle of longer work, between two images."""


class Watch:
    """One --watch process."""

    MAX_NAMES = 500                 # for more names than this, a full pass is cheaper
    SAVE_EVERY_S = 0.5              # the shortest time between two writings of the state file
    ADOPT_AFTER_S = 1.0             # nova needs this time to remove the temporary name of a file that it will not own
    MAX_SLEEP_S = 3600.0

    def __init__(self, config, systemd, restart_wanted=lambda: False):
        self.config, self.systemd, self.restart_wanted = config, systemd, restart_wanted
        self.state = State(config)
        self.wake, self.wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.flusher = Flusher(wake=lambda: os.write(self.wake_end, b'.'))
        self.linker = Linker(config, SettleByClock(config.settle), Log(config.log), self.heartbeat, self.flusher)
        self.catalog = self.linker.catalog
        self.watches = FolderWatches()
        self.identity = None        # of the folders, at the last pass
        self.due = {}               # image id: when it will have settled
        self.names = set()          # to be processed, because of events
        self.adopted_due = {}       # adopted name: when it has to be processed, because of events
        self.next_pass = 0.0
        self.saved = 0.0            # when the state file was last written
        self.save_at = None         # when it has to be written
        self.reported = []          # the errors that were last reported
        self.stopping = False

    # -- the loop

    def run(self):
        """Runs until SIGTERM (returns 0), or until the first pass finds that the folders cannot be used (1)."""
        self.handle_signals()
        self.watches.start()
        self.state.restore(self.catalog)
        try:
            self.full_pass()
            if self.identity is None:
                return 1
            self.stay(ready_by=monotonic() + READY_WITHIN_S)
        except Stopped:
            pass
        self.systemd.send('STOPPING=1')
        finish(self.linker, self.state)
        return 0

    def stay(self, ready_by):
        ready = False
        while not self.stopping and not self.restart_wanted():
            if not ready and not any(moment <= ready_by for moment in self.due.values()):
                ready = True
                self.save()
                self.systemd.send('READY=1\nSTATUS=%s' % count_text(self.catalog.counts()))
            self.wait()
            self.work()

    def heartbeat(self):
        """Called between two images, and during work on a large one."""
        self.systemd.heartbeat()
        if self.stopping:
            raise Stopped

    def handle_signals(self):
        def stop(*_):
            self.stopping = True
        signal.set_wakeup_fd(self.wake_end)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)

    def wait(self):
        """Sleeps until an event, a deadline, a signal or the next heartbeat."""
        moments = [self.next_pass] + list(self.due.values()) + list(self.adopted_due.values())
        moments += [self.save_at] if self.save_at else []
        moments += [self.systemd.next_heartbeat] if self.systemd.period else []
        seconds = max(0.0, min(moments) - monotonic())
        select.select([self.wake] + self.watches.descriptors(), [], [], min(seconds, self.MAX_SLEEP_S))

    def work(self):
        """Does what is due now."""
        self.systemd.heartbeat()
        self.drain_wake()
        self.read_events()
        now = monotonic()
        self.names.update(name for name, moment in self.due.items() if moment <= now)
        self.names.update(self.flusher.take_names())
        if now >= self.next_pass or len(self.names) > self.MAX_NAMES:
            self.full_pass()
        elif self.names or any(moment <= now for moment in self.adopted_due.values()):
            self.process_names()
        if self.save_at and monotonic() >= self.save_at:
            self.save()

    def save(self):
        self.save_at, self.saved = None, monotonic()
        finish(self.linker, self.state)

    def full_pass(self):
        started = monotonic()
        self.names.clear()
        self.adopted_due.clear()
        self.identity = None
        run_pass(self.linker, self.state, self.watched_folders)
        # while the folders cannot be read no deadline counts: the next pass looks again
        waiting = self.catalog.images.items() if self.identity else ()
        self.due = {name: record.due for name, record in waiting if record.due}
        self.save_at, self.saved = None, monotonic()
        # passes that take longer than the interval may use half of the processor at most
        self.next_pass = max(started + self.config.interval, monotonic() + (monotonic() - started))
        self.report_errors()

    def process_names(self):
        names, self.names = self.names, set()
        by_base = self.catalog.by_base
        adopted = [base for base, moment in self.adopted_due.items() if moment <= monotonic()]
        names.update(by_base[base] for base in adopted if base in by_base)
        for base in adopted:
            del self.adopted_due[base]
        try:
            with Folders(self.config) as folders:
                if folders.identity() != self.identity:
                    self.next_pass = 0.0
                    return
                for name in names:
                    self.process_name(folders, name)
                self.linker.cache_names.process(folders, [base for base in adopted if base not in by_base])
        except (FolderError, OSError):
            self.next_pass = 0.0    # the full pass reports the problem, and tries again later
        self.catalog.log.close()
        if self.catalog.changed:
            self.save_at = self.saved + self.SAVE_EVERY_S

    def process_name(self, folders, name):
        self.heartbeat()
        self.due.pop(name, None)
        self.linker.process_name(folders, name)
        record = self.catalog.images.get(name)
        if record and record.due:
            self.due[name] = record.due

    # -- events

    def watched_folders(self):
        """Opens the folders and watches them. The watches are set before the folders are read: no change is missed."""
        folders = Folders(self.config)
        identity = folders.identity()
        self.watches.follow(folders, identity)
        self.identity = identity
        return folders

    def drain_wake(self):
        try:
            while os.read(self.wake, 512):
                pass
        except BlockingIOError:
            pass

    def read_events(self):
        for folder, event in self.watches.read():
            if folder is None:
                self.next_pass = 0.0
            elif folder == 'images' and event.name:
                self.names.add(event.name)
                glance = self.linker.publisher.glance
                if event.mask & IN_CLOSE_WRITE and glance:
                    glance.note_sign_of_life()
            elif folder == 'cache':
                self.handle_cache_event(event)

    def handle_cache_event(self, event):
        """Names that belong to an image, or are adopted, are processed; all others wait for the next full pass."""
        if not event.name:
            self.next_pass = 0.0
        elif event.name in self.config.adopted:
            self.adopted_due.setdefault(event.name, monotonic() + self.ADOPT_AFTER_S)
        elif event.name in self.catalog.by_base:
            self.names.add(self.catalog.by_base[event.name])

    # -- errors

    def report_errors(self):
        """Errors go to the journal and to the log when they come, and once more when they are gone."""
        errors = sorted(set(self.catalog.errors))
        if errors != self.reported:
            lines = ['error: ' + error for error in errors] or ['no errors any more']
            for line in lines:
                print_error(line)
                self.catalog.log.line(line)
            self.catalog.log.close()
            self.reported = errors


def watch(config, restart_wanted):
    """Runs until it is stopped; the exit code."""
    with Lock(config):
        return Watch(config, Systemd(os.environ), restart_wanted).run()
