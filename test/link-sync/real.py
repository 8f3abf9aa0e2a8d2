"""Random histories with the real process on a real file system: uploads, kills, second instances, swaps.

    real.py COUNT [SEED [LANES [FAULT]]]     exit code 1 with the first violation; lanes run in parallel

An observer of the cache folder examines every link as soon as it appears.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import faults
import harness

INTERVAL, SETTLE = 0.25, 0.4
OWNER, NOVA = (64055, 36), 64060
ACTIONS_S = 2.0                 # seconds of random actions in a history
LINKED_WITHIN_S = 60.0          # seconds after them until everything has to be linked


class Ended(BaseException):
    """Another lane has found a violation."""


class File:
    """What the writer of one file in the images folder knows of it."""

    def __init__(self, kind, size):
        self.kind, self.size = kind, size
        self.changed = time.monotonic()
        self.writing = False

    def safe(self, size):
        return size > 0 if self.kind == 'raw' else self.kind == 'qcow2' and size == self.size


class History:
    def __init__(self, seed, fault):
        self.random = random.Random(seed)
        self.root = tempfile.mkdtemp(prefix='link-sync-real-')
        self.images, self.cache = self.root + '/images', self.root + '/imagecache'
        os.mkdir(self.images)
        os.mkdir(self.cache)
        self.files, self.linked, self.problems = {}, {}, []
        self.ids = [harness.image_id(n) for n in range(6)]
        self.module = harness.load()
        self.adopted = ['swap_512', self.module.base_name(self.ids[5])]
        self.config, self.script = self.root + '/config.json', self.root + '/link-sync'
        with open(self.script, 'w', encoding='utf-8') as target:
            target.write(harness.text_with(faults.FAULTS[fault] if fault else ()))
        with open(self.config, 'w') as target:
            json.dump({'images': self.images, 'cache': self.cache, 'owner': '%d:%d' % OWNER,
                       'cacheOwner': '0:%d' % NOVA, 'cacheMode': '1775', 'interval': INTERVAL, 'settle': SETTLE,
                       'adopted': self.adopted, 'state': self.root + '/lib/state',
                       'log': self.root + '/log/log'}, target)
        self.process = None
        self.threads = []
        self.over = threading.Event()

    # -- the observer

    def observe(self):
        inotify = self.module.Inotify()
        folder = os.open(self.cache, os.O_RDONLY)
        inotify.watch(folder, self.module.IN_CREATE)
        self.observing.set()
        while not self.over.is_set():
            for event in inotify.read():
                if self.module.BASE_NAME.fullmatch(event.name):
                    self.judge(event.name, time.monotonic())
            time.sleep(0.002)
        os.close(folder)
        os.close(inotify.fd)

    def judge(self, base, now):
        try:
            st = os.lstat(self.cache + '/' + base)
        except FileNotFoundError:
            return
        file = self.files.get(st.st_ino)
        if base in self.adopted:
            if any(self.inode_of(name) == st.st_ino for name in self.ids):      # numbers are used again
                self.problems.append('an image was linked under an adopted name')
            return
        if st.st_uid == NOVA:
            return
        if self.linked.setdefault(base, st.st_ino) != st.st_ino:
            self.problems.append('the name %s changed its inode' % base)
        if file is None:
            self.problems.append('a file that is not an image was linked')
        elif file.writing:
            self.problems.append('linked while it was written')
        elif not file.safe(st.st_size):
            self.problems.append('linked although it is %s with %d of %d bytes' % (file.kind, st.st_size, file.size))
        elif now - file.changed < SETTLE:
            self.problems.append('linked %.3f s after its last change' % (now - file.changed))
        if (st.st_uid, st.st_gid, st.st_mode & 0o7777) != OWNER + (0o644,):
            self.problems.append('linked with owner %d:%d and mode %o' % (st.st_uid, st.st_gid, st.st_mode & 0o7777))

    # -- the actions

    def start(self):
        self.process = subprocess.Popen([sys.executable, self.script, '--watch', '--config', self.config],
                                        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()
        if self.random.random() < 0.3:
            self.spoil_state()
        self.start()

    def spoil_state(self):
        try:
            with open(self.root + '/lib/state', 'r+') as target:
                target.truncate(self.random.randrange(0, 300))
        except OSError:
            pass

    def second_instance(self):
        subprocess.run([sys.executable, self.script, '--once', '--config', self.config],
                       stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)

    def data(self):
        kind = self.random.choice(('raw', 'raw', 'qcow2', 'vmdk', 'backing'))
        content = {'raw': b'r' * self.random.randrange(1000, 200000), 'qcow2': harness.qcow2(12),
                   'vmdk': harness.vmdk(), 'backing': harness.qcow2(backing=b'/etc/passwd')}[kind]
        return kind, content

    def upload(self):
        name, (kind, content) = self.random.choice(self.ids), self.data()
        breaks_off = self.random.random() < 0.2 and kind != 'vmdk'
        pauses = [self.random.choice((0.0, 0.05, SETTLE * 1.2)) for _ in range(3)]
        thread = threading.Thread(target=self.write, args=(name, kind, content, breaks_off, pauses))
        self.threads.append(thread)
        thread.start()

    def write(self, name, kind, content, breaks_off, pauses):
        try:
            fd = os.open('%s/%s' % (self.images, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        except OSError:
            return
        file = self.files[os.fstat(fd).st_ino] = File(kind, len(content))
        file.writing = True
        step = max(600, len(content) // 3)
        for at, pause in zip(range(0, len(content), step), pauses):
            os.write(fd, content[at:at + step] if at + 2 * step <= len(content) else content[at:])
            file.changed = time.monotonic()
            if at + 2 * step > len(content) or breaks_off:
                break
            time.sleep(pause)
        file.writing = False
        os.close(fd)

    def replace(self):
        kind, content = self.data()
        other = self.root + '/incoming'
        with open(other, 'wb') as target:
            self.files[os.fstat(target.fileno()).st_ino] = File(kind, len(content))
            target.write(content)
        try:
            os.rename(other, '%s/%s' % (self.images, self.random.choice(self.ids)))
        except OSError:
            pass

    def delete(self):
        try:
            os.unlink('%s/%s' % (self.images, self.random.choice(self.ids)))
        except OSError:
            pass

    def change_mode(self):
        try:
            os.chmod('%s/%s' % (self.images, self.random.choice(self.ids)), 0o600)
        except OSError:
            pass

    def nova_downloads(self):
        base = self.module.base_name(self.random.choice(self.ids))
        part = '%s/%s.part' % (self.cache, base)
        with open(part, 'wb') as target:
            target.write(b'nova')
            os.fchown(target.fileno(), NOVA, NOVA)
        try:
            os.link(part, '%s/%s' % (self.cache, base))     # a rename that replaces nothing
            self.linked[base] = os.lstat(part).st_ino
        except OSError:
            pass
        os.unlink(part)

    def file_to_adopt(self):
        """Makes a file as the copy to the pool does: under a temporary name, then under its own if that is free."""
        name = self.random.choice(self.adopted)
        part = '%s/.%s.0123abcd.part' % (self.cache, name)
        with open(part, 'wb') as target:
            target.write(b'a base file')
            os.fchown(target.fileno(), NOVA, NOVA)
        try:
            os.link(part, '%s/%s' % (self.cache, name))
            self.linked[name] = os.lstat(part).st_ino
        except OSError:
            pass
        os.unlink(part)

    def swap_images(self):
        os.rename(self.images, self.images + '.away')
        time.sleep(self.random.choice((0.0, 0.1, INTERVAL * 1.5)))
        os.rename(self.images + '.away', self.images)

    # -- one history from start to end

    def play(self):
        self.observing = threading.Event()
        observer = threading.Thread(target=self.observe)
        observer.start()
        self.observing.wait()
        self.start()
        actions = (self.upload,) * 8 + (self.replace, self.replace, self.delete, self.change_mode,
                                        self.nova_downloads, self.file_to_adopt, self.kill, self.kill,
                                        self.second_instance, self.swap_images)
        ends = time.monotonic() + ACTIONS_S
        while time.monotonic() < ends:
            self.random.choice(actions)()
            time.sleep(self.random.random() * 0.15)
        for thread in self.threads:
            thread.join()
        missing = self.wait_for_all()
        self.over.set()
        observer.join()
        self.wait_for_handler()
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=20) != 0:
            self.problems.append('SIGTERM: exit %d' % self.process.returncode)
        for base, inode in self.linked.items():
            if os.lstat(self.cache + '/' + base).st_ino != inode:
                self.problems.append('the name %s changed its inode' % base)
        return self.problems + missing

    def wait_for_all(self):
        """What is still missing after LINKED_WITHIN_S: links of complete and safe images, owners of adopted files."""
        ends = time.monotonic() + LINKED_WITHIN_S
        while True:
            missing = ['never linked: %s' % name for name in self.ids if self.lacks_link(name)]
            missing += ['never given to its owner: %s' % name for name in self.adopted if self.lacks_owner(name)]
            if not missing or time.monotonic() > ends:
                return missing
            if self.process.poll() is not None:     # a service manager would start it again
                self.start()
            time.sleep(0.05)

    def wait_for_handler(self):
        """Waits until the process has its signal handler: before that, SIGTERM does not end it cleanly."""
        while True:
            if self.process.poll() is not None:     # it found no folder when it started
                self.start()
            with open('/proc/%d/status' % self.process.pid) as source:
                caught = [line for line in source if line.startswith('SigCgt:')][0].split()[1]
            if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
                return
            time.sleep(0.01)

    def lacks_link(self, name):
        try:
            st = os.lstat('%s/%s' % (self.images, name))
        except OSError:
            return False
        base = self.module.base_name(name)
        linked = base in self.adopted or os.path.lexists('%s/%s' % (self.cache, base))
        return self.files[st.st_ino].safe(st.st_size) and not linked

    def inode_of(self, name):
        try:
            return os.lstat('%s/%s' % (self.images, name)).st_ino
        except OSError:
            return None

    def lacks_owner(self, name):
        try:
            st = os.lstat('%s/%s' % (self.cache, name))
        except FileNotFoundError:
            return False
        return (st.st_uid, st.st_gid, st.st_mode & 0o7777) != OWNER + (0o644,)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.root)


def play_all(seeds, fault):
    """Plays histories until one has a violation; the exit code."""
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    for seed in seeds:
        history = History(seed, fault)
        try:
            problems = history.play()
        finally:
            history.close()
        if problems:
            print('history %d: %s' % (seed, '; '.join(problems[:3])), flush=True)
            return 1
    return 0


def main(argv):
    count, seed = int(argv[0]), int(argv[1]) if len(argv) > 1 else 1
    lanes, fault = int(argv[2]) if len(argv) > 2 else 5, argv[3] if len(argv) > 3 else None
    children = set()
    for lane in range(lanes):
        child = os.fork()
        if child == 0:
            os._exit(play_lane(range(seed + lane, seed + count, lanes), fault))
        children.add(child)
    failed = False
    while children:
        child, status = os.wait()
        children.discard(child)
        if status and not failed:
            failed = True
            for other in children:          # one violation is enough
                os.kill(other, signal.SIGTERM)
    print('%d histories with the real process%s' % (count, '' if failed else ', no violation'))
    return 1 if failed else 0


def play_lane(seeds, fault):
    """Plays histories in a process of their own, which SIGTERM ends; the exit code."""
    def end(*_):
        raise Ended
    signal.signal(signal.SIGTERM, end)
    try:
        return play_all(seeds, fault)
    except Ended:
        return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
