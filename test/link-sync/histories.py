"""Random histories of images, caches, clocks and accidents, in one process with a simulated clock.

    histories.py COUNT [SEED]            histories SEED, SEED+1, ... of the script
    histories.py COUNT SEED FAULT        the same, with a fault from faults.py in the script

What must hold at every moment: no incomplete or unsafe image has a name in the cache; link-sync never gives a
name in the cache another inode and never removes one; it never changes the owner of other files. After the last
pass every complete and safe image is linked, and every adopted file has its owner and mode.
Prints the first violation with its seed; exit code 1.
"""
import errno
import fcntl
import os
import random
import shutil
import signal
import stat
import sys
import tempfile

import harness

SETTLE = 10.0
OWNER = (64055, 36)
NOVA = 64060
UNSAFE = {'backing': harness.qcow2(backing=b'/etc/passwd'), 'datafile': harness.qcow2(incompatible=4),
          'luks-in-qcow2': harness.qcow2(crypt=2), 'vmdk': harness.vmdk(), 'vhd': harness.vhd_fixed(),
          'vhdx': harness.vhdx(), 'vdi': harness.vdi(), 'luks': harness.luks(), 'iso': harness.iso()}
STEPS = 55


class Violation(Exception):
    """The script did something that it must never do."""


class Crash(BaseException):
    """Stands for SIGKILL at this system call."""


class File:
    """What is known of one inode in the images folder."""

    def __init__(self, kind, data):
        self.kind, self.data = kind, data
        self.changed = 0.0              # when its bytes last changed, by the simulated clock
        self.writers = []               # descriptors open for writing
        self.stamp = (0, 0)             # its mtime and ctime, in ns of the simulated clock
        self.owner = (0, 0)             # as Glance, or another writer, set it


class FakeGlance:
    """Answers as Glance would, from the simulated world."""

    def __init__(self, world):
        self.world = world
        self.away_until = 0.0

    def ask(self, image_id):
        told = self.world.answer(image_id)
        self.world.told[image_id] = told
        if told == 'away':
            raise self.world.module.GlanceAway('away')
        return told


class FakeOs:
    """The os module as the script sees it: simulated times, and accidents between any two calls."""
    WATCHED = ('open', 'pread', 'fchown', 'fchmod', 'fdatasync', 'listdir', 'scandir', 'unlink', 'rename', 'replace',
               'chmod', 'chown', 'symlink')

    def __init__(self, world):
        self.world = world

    def __getattr__(self, name):
        real = getattr(os, name)
        if name not in self.WATCHED:
            return real

        def call(*args, **kwargs):
            self.world.accident(name, args[0] if args else None)
            return real(*args, **kwargs)
        return call

    def stat(self, *args, **kwargs):
        self.world.accident('stat')
        return self.world.restamp(os.stat(*args, **kwargs))

    def fstat(self, fd):
        self.world.accident('fstat')
        return self.world.restamp(os.fstat(fd))

    def link(self, source, target, **where):
        self.world.accident('link', target)
        os.link(source, target, **where)
        if where.get('dst_dir_fd') is not None and not target.startswith('/'):
            self.world.appeared(target, os.stat(target, dir_fd=where['dst_dir_fd'], follow_symlinks=False))


class FakeFcntl:
    def __init__(self, world):
        self.world = world

    def __getattr__(self, name):
        return getattr(fcntl, name)

    def fcntl(self, *args):
        self.world.accident('fcntl')
        return fcntl.fcntl(*args)


class World:
    """Two folders, a Glance, clocks, and one or two link-syncs that use them."""

    def __init__(self, seed, fault):
        self.random = random.Random(seed)
        self.root = tempfile.mkdtemp(prefix='link-sync-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
        self.images, self.cache = self.root + '/images', self.root + '/imagecache'
        os.mkdir(self.images)
        os.mkdir(self.cache)
        with open(self.root + '/secret', 'wb') as target:
            target.write(b'not an image')
        self.way = self.random.choice(('watch', 'once', 'glance', 'glance-settle'))
        self.now, self.skew, self.ticks = 1e6, 0.0, 0
        self.files, self.glance, self.told, self.expected, self.alien = {}, {}, {}, {}, {}
        self.away = self.busy = False
        self.active = 0                 # which of the two link-syncs is running
        self.trouble = 0.0              # the probability of an accident between two calls
        self.step = 'start'
        self.meddled = False            # an accident changed owner or mode while an image was being published
        self.ids = [harness.image_id(n, upper=n == 1) for n in range(4)]
        self.module = module = harness.load(fault)
        module.os, module.fcntl = FakeOs(self), FakeFcntl(self)
        module.monotonic = lambda: self.now
        module.wall = lambda: self.now + self.skew
        held = [module.base_name(self.ids[3])] if self.random.random() < 0.3 else []
        self.held = set(held)
        self.adopted = {'swap_512', 'a\x1b[31m\udcff\n'}
        if self.random.random() < 0.5:
            self.adopted.add(module.base_name(self.ids[2]))
        self.keep = self.random.random() < 0.3
        self.config = module.parse_config(module.json.dumps({
            'images': self.images, 'cache': self.cache, 'owner': 'keep' if self.keep else '%d:%d' % OWNER,
            'cacheOwner': '0:%d' % NOVA, 'cacheMode': '1775', 'settle': SETTLE, 'hold': held,
            'adopted': sorted(self.adopted),
            'glanceAway': 'settle' if self.way == 'glance-settle' else 'wait',
            'state': self.root + '/state', 'log': self.root + '/log'}))
        self.linkers = [self.new_linker(), self.new_linker()]

    def new_linker(self):
        module = self.module
        settling = module.SettleByChangeTime if self.way == 'once' else module.SettleByClock
        linker = module.Linker(self.config, settling(SETTLE), module.Log(self.config.log))
        if self.way.startswith('glance'):
            linker.publisher.glance = FakeGlance(self)
        return linker

    def close(self):
        for file in self.files.values():
            for fd in file.writers:
                os.close(fd)
        shutil.rmtree(self.root)

    # -- time

    def tick(self):
        """A time that no other event has, in ns of the wall clock."""
        self.ticks += 1
        return int((self.now + self.skew) * 1e9) + self.ticks

    def touched(self, path, bytes_changed=True):
        """Notes that a file changed."""
        st = os.lstat(path) if isinstance(path, str) else os.fstat(path)
        file = self.files.get(st.st_ino)
        if file:
            moment = self.tick()
            file.stamp = (moment if bytes_changed else file.stamp[0], moment)
            if bytes_changed:
                file.changed = self.now

    def restamp(self, st):
        """A stat result with the simulated times."""
        file = self.files.get(st.st_ino)
        if not file:
            return st
        times = {'st_mtime_ns': file.stamp[0], 'st_ctime_ns': file.stamp[1],
                 'st_atime_ns': 0, 'st_atime': 0.0, 'st_mtime': 0.0, 'st_ctime': 0.0,
                 'st_blksize': 0, 'st_blocks': 0, 'st_rdev': 0}
        return os.stat_result(tuple(st)[:10], times)

    # -- the watchers

    def accident(self, call, what=None):
        """Between any two system calls of the script anything may happen, most often to the file that is being used."""
        name = self.name_of(what) if call in ('open', 'link') else None
        if self.busy or self.random.random() >= self.trouble * (4 if name else 1):
            return
        if name and self.random.random() < 0.5:
            self.random.choice((self.replace, self.truncate, self.overwrite, self.delete))(name)
            return
        self.busy = True
        try:
            what = self.random.random()
            if what < 0.1:
                raise Crash
            if what < 0.25 and call in ('open', 'pread', 'fchown', 'fchmod', 'fdatasync', 'link', 'listdir', 'stat'):
                raise OSError(self.random.choice((errno.EIO, errno.ENOSPC, errno.EPERM, errno.EMFILE)), 'injected')
            if what < 0.4:
                self.busy, trouble, self.trouble = False, self.trouble, 0.0
                # what Glance tells the other link-sync is not what this one decides from
                told, self.told = self.told, {}
                self.run(self.linkers[1 - self.active])
                self.trouble, self.told = trouble, told
            else:
                self.act()
        finally:
            self.busy = False

    def name_of(self, what):
        """The image id for an image id or a base name."""
        names = [name for name in self.ids if what in (name, self.module.hashlib.sha1(name.encode()).hexdigest())]
        return names[0] if names else None

    def appeared(self, base, st):
        """The script made a link. Raises Violation if it must not."""
        if base in self.expected and self.expected[base] != st.st_ino:
            raise Violation('%s: the name %s changed its inode' % (self.step, base))
        self.expected[base] = st.st_ino
        reason = self.forbids(base, st, self.told.get)
        if reason:
            raise Violation('%s (%s): linked although %s' % (self.step, self.way, reason))

    def answer(self, name):
        """What Glance answers for an image now: a record, None, or 'away'."""
        return 'away' if self.away else dict(self.glance[name]) if name in self.glance else None

    def forbids(self, base, st, answer):
        """Why this inode must not be published under this name; None if it may."""
        file = self.files.get(st.st_ino)
        if file is None:
            return 'it is not an image file'
        owners = [name for name in self.ids if self.module.hashlib.sha1(name.encode()).hexdigest() == base]
        if not owners:
            return 'no image has that base name'
        if base in self.held:
            return 'it is on hold'
        if base in self.adopted:
            return 'it is kept for an adopted file'
        if file.writers:
            return 'it is open for writing'
        told = answer(owners[0]) if self.way.startswith('glance') else 'away'
        format = self.verdict(file, st.st_size, told)
        if format is None:
            return 'it is %s with %d of %d bytes' % (file.kind, st.st_size, len(file.data))
        right = st.st_mode & 0o7777 == 0o644 and (self.keep or (st.st_uid, st.st_gid) == OWNER)
        if not right and not self.meddled:
            return 'owner or mode are not set: %o %d:%d' % (st.st_mode, st.st_uid, st.st_gid)
        if told != 'away':
            if not told or told['status'] != 'active' or told['size'] != st.st_size:
                return 'Glance says %r and the size is %d' % (told, st.st_size)
            return None if told['disk_format'] == format else 'the formats differ'
        if self.way == 'glance':
            return 'Glance is away'
        if self.now - file.changed < SETTLE:
            return 'it changed %g s ago' % (self.now - file.changed)
        return None

    def verdict(self, file, size, told):
        """'raw' or 'qcow2' of a file that has `size` bytes; None if it must not be linked."""
        if file.kind == 'raw':
            return 'raw' if size else None
        if file.kind == 'qcow2':
            return 'qcow2' if size >= len(file.data) else None
        return 'raw' if file.kind == 'iso' and isinstance(told, dict) and told['disk_format'] == 'raw' else None

    def check(self):
        """No name in the cache changed or vanished, and no other file got a new owner. Raises Violation."""
        there = {name: os.lstat(self.cache + '/' + name) for name in os.listdir(self.cache)}
        for base, inode in self.expected.items():
            if base not in there:
                raise Violation('%s: the name %s vanished' % (self.step, base))
            if there[base].st_ino != inode:
                raise Violation('%s: the name %s changed its inode' % (self.step, base))
        if os.stat(self.root + '/secret').st_uid:
            raise Violation('%s: a file outside was re-owned' % self.step)
        for name in self.ids if self.keep else ():
            file = self.files.get(self.inode_of(name))
            st = os.lstat(self.path(name)) if file else None
            if file and (st.st_uid, st.st_gid) != file.owner:
                raise Violation('%s: the owner of %s was not kept' % (self.step, name))
        for base, st in there.items():
            if base not in self.expected:
                raise Violation('%s: the name %s appeared' % (self.step, base))
            if st.st_ino in self.alien and self.alien[st.st_ino] != (st.st_uid, st.st_gid, st.st_mode, st.st_size):
                raise Violation('%s: a file of Nova was changed' % self.step)

    # -- the script

    def run(self, linker):
        """A full pass, or the processing of one name as after an event."""
        try:
            with self.module.Folders(self.config) as folders:
                what = self.random.random()
                if what < 0.5:
                    linker.full_pass(folders)
                elif what < 0.9:
                    linker.process_name(folders, self.random.choice(self.ids))
                else:
                    linker.cache_names.process(folders, self.adopted.difference(linker.catalog.by_base))
        except (self.module.FolderError, OSError):
            pass
        linker.catalog.log.close()

    def run_with_accidents(self):
        index = self.random.randrange(2) if self.random.random() < 0.2 else 0
        self.step, self.meddled, self.active = 'pass', False, index
        self.trouble = self.random.choice((0.0, 0.02, 0.1))
        try:
            self.run(self.linkers[index])
        except Crash:
            self.linkers[index] = self.new_linker()
        self.trouble = 0.0
        self.step = 'after a pass'
        self.check()

    # -- what Glance, Nova, an administrator or time may do

    def act(self):
        """One random action."""
        actions = (self.create, self.create, self.write, self.write, self.finish, self.finish, self.replace,
                   self.truncate, self.delete, self.change_mode, self.link_elsewhere, self.symlink,
                   self.nova_downloads, self.drop_link, self.spoil_cache, self.pass_time, self.pass_time,
                   self.jump_clock, self.glance_away, self.overwrite, self.file_to_adopt, self.file_to_adopt,
                   self.other_thing_under_adopted, self.spoil_adopted)
        self.random.choice(actions)()

    def path(self, name=None):
        return '%s/%s' % (self.images, name or self.random.choice(self.ids))

    def new_data(self):
        kind = self.random.choice(('raw', 'raw', 'raw', 'qcow2', 'qcow2', self.random.choice(sorted(UNSAFE))))
        if kind == 'raw':
            return kind, bytes([self.random.randrange(1, 60)]) * self.random.randrange(600, 5000)
        return kind, harness.qcow2() if kind == 'qcow2' else UNSAFE[kind]

    def open_for_writing(self, path, flags=0):
        """A descriptor; None where a lease would make the writer wait."""
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK | flags, 0o640)
        except OSError:
            return None

    def create(self):
        """Glance starts an upload."""
        name = self.random.choice(self.ids)
        kind, data = self.new_data()
        fd = self.open_for_writing(self.path(name), os.O_CREAT | os.O_EXCL)
        if fd is None:
            return
        file = self.files[os.fstat(fd).st_ino] = File(kind, data)
        file.writers.append(fd)
        self.touched(fd)
        os.fchown(fd, 64062, 64062)
        file.owner = (64062, 64062)
        declared = 'qcow2' if kind in ('qcow2', 'backing', 'datafile', 'luks-in-qcow2') else 'raw'
        if self.random.random() < 0.1:
            declared = self.random.choice(('raw', 'qcow2', 'vmdk', None))
        self.glance[name] = {'status': 'saving', 'size': None, 'disk_format': declared}

    def writing(self):
        files = [file for file in self.files.values() if file.writers]
        return self.random.choice(files) if files else None

    def write(self):
        """Writes a chunk, long enough that the format can be recognised."""
        file = self.writing()
        if file:
            fd = file.writers[0]
            done = os.fstat(fd).st_size
            whole = file.kind in ('iso', 'vhd') or self.random.random() < 0.5
            end = len(file.data) if whole else min(len(file.data), done + self.random.randrange(600, 2000))
            if done < end:
                os.pwrite(fd, file.data[done:end], done)
                self.touched(fd)

    def finish(self):
        """The upload ends: successfully, by a crash of Glance, or Glance sets the image to active later."""
        file = self.writing()
        if not file:
            return
        fd = file.writers[0]
        if self.random.random() < 0.7:
            done = os.fstat(fd).st_size
            if done < len(file.data):
                os.pwrite(fd, file.data[done:], done)
                self.touched(fd)
        size, inode = os.fstat(fd).st_size, os.fstat(fd).st_ino
        os.close(file.writers.pop(0))
        if size == len(file.data) and not file.writers:
            for name, told in self.glance.items():
                if self.inode_of(name) == inode:
                    told.update(status='active', size=size)

    def inode_of(self, name):
        try:
            return os.lstat(self.path(name)).st_ino
        except OSError:
            return None

    def replace(self, name=None):
        """Somebody renames a new file over an image."""
        kind, data = self.new_data()
        other = self.root + '/incoming'
        with open(other, 'wb') as target:
            target.write(data)
        self.files[os.lstat(other).st_ino] = File(kind, data)
        self.touched(other)
        try:
            os.rename(other, self.path(name))
        except OSError:
            pass

    def truncate(self, name=None):
        path = self.path(name)
        file = self.files.get(self.inode_of(os.path.basename(path)))
        fd = self.open_for_writing(path) if file and file.kind == 'raw' else None
        if fd is not None:
            os.ftruncate(fd, self.random.choice((0, 600)))
            self.touched(fd)
            os.close(fd)

    def overwrite(self, name=None):
        """A write in place that keeps the size."""
        path = self.path(name)
        file = self.files.get(self.inode_of(os.path.basename(path)))
        fd = self.open_for_writing(path) if file and file.kind == 'raw' else None
        if fd is not None:
            os.pwrite(fd, b'y', 0)
            self.touched(fd)
            if self.random.random() < 0.5:
                file.writers.append(fd)
            else:
                os.close(fd)

    def delete(self, name=None):
        name = name or self.random.choice(self.ids)
        try:
            os.unlink(self.path(name))
        except OSError:
            return
        self.glance.pop(name, None)

    def change_mode(self):
        path = self.path()
        if not os.path.islink(path) and os.path.exists(path):
            os.chmod(path, self.random.choice((0o600, 0o640, 0o666)))
            os.chown(path, 64062, 64062)
            self.files[os.stat(path).st_ino].owner = (64062, 64062)
            self.touched(path, bytes_changed=False)
            self.meddled = True

    def link_elsewhere(self):
        try:
            os.link(self.path(), '%s/other-%d' % (self.root, self.tick()), follow_symlinks=False)
        except OSError:
            pass

    def symlink(self):
        try:
            os.symlink(self.root + '/secret', self.path())
        except OSError:
            pass

    def nova_downloads(self):
        """A compute node downloads an image itself: a .part file, then its base name if that is free."""
        base = self.module.hashlib.sha1(self.random.choice(self.ids).encode()).hexdigest()
        part, final = '%s/%s.part' % (self.cache, base), '%s/%s' % (self.cache, base)
        if os.path.lexists(part) or os.path.lexists(final):
            return
        with open(part, 'wb') as target:
            target.write(b'nova')
        os.chown(part, NOVA, NOVA)
        if self.random.random() < 0.5:
            os.rename(part, final)
        self.came_to_cache(base if not os.path.lexists(part) else base + '.part')

    def came_to_cache(self, name):
        """Notes that another program made a name in the cache. If it is not adopted, it must not change."""
        st = os.lstat('%s/%s' % (self.cache, name))
        self.expected[name] = st.st_ino
        self.alien.pop(st.st_ino, None)             # inode numbers are reused
        if not self.is_adopted(name, st) and st.st_ino not in self.files:
            self.alien[st.st_ino] = (st.st_uid, st.st_gid, st.st_mode, st.st_size)

    def is_adopted(self, name, st):
        return name in self.adopted and self.module.kind_of(st) is None

    def file_to_adopt(self):
        """A compute node's own base file gets its name in the pool."""
        name = self.random.choice(sorted(self.adopted))
        part, final = '%s/.%s.0123abcd.part' % (self.cache, name), '%s/%s' % (self.cache, name)
        if os.path.lexists(final):
            return
        with open(part, 'wb') as target:
            target.write(self.random.choice((b'raw', harness.qcow2(), harness.qcow2(backing=b'/x'))))
        os.chown(part, NOVA, NOVA)
        os.link(part, final)
        os.unlink(part)
        self.came_to_cache(name)

    def other_thing_under_adopted(self):
        """Makes something under an adopted name that is not a compute node's own base file."""
        name = self.random.choice(sorted(self.adopted))
        path = '%s/%s' % (self.cache, name)
        try:
            self.random.choice((lambda: os.symlink(self.root + '/secret', path), lambda: os.mkdir(path),
                                lambda: os.mkfifo(path),
                                lambda: os.link(self.path(), path, follow_symlinks=False)))()
        except OSError:
            return
        self.came_to_cache(name)

    def spoil_adopted(self):
        path = '%s/%s' % (self.cache, self.random.choice(sorted(self.adopted)))
        if os.path.isfile(path) and not os.path.islink(path) and os.lstat(path).st_ino not in self.files:
            os.chmod(path, 0o600)
            os.chown(path, NOVA, NOVA)

    def drop_link(self):
        """An administrator removes a name from the cache."""
        if self.expected and self.random.random() < 0.5:
            base = self.random.choice(sorted(self.expected))
            path = self.cache + '/' + base
            (os.rmdir if os.path.isdir(path) and not os.path.islink(path) else os.unlink)(path)
            del self.expected[base]

    def spoil_cache(self):
        os.chmod(self.cache, 0o777)         # noqa: S103 - link-sync has to correct it
        os.chown(self.cache, NOVA, NOVA)

    def pass_time(self):
        self.now += self.random.choice((0.1, 3.0, 9.9, 10.1, 60.0))

    def jump_clock(self):
        # --once cannot detect that the clock was set forward: all change times look old then
        jumps = (-1e5, -30.0) if self.way == 'once' else (-1e5, -30.0, 30.0, 1e5)
        self.skew += self.random.choice(jumps)

    def glance_away(self):
        self.away = not self.away

    # -- the end

    def settle_down(self):
        """All writers end, all clocks are right, and three passes are made."""
        self.trouble, self.away, self.step = 0.0, False, 'the last passes'
        for file in self.files.values():
            while file.writers:
                os.close(file.writers.pop())
        self.skew = max(self.skew, 0.0) + 1e6       # later than every change time
        for _ in range(3):
            self.now += SETTLE + 1
            self.meddled = False
            with self.module.Folders(self.config) as folders:
                self.linkers[0].full_pass(folders)
            self.check()
        self.linkers[0].catalog.log.close()

    def complete(self):
        """Every complete and safe image is linked, with owner and mode. Raises Violation."""
        folder = os.stat(self.cache)
        if (folder.st_uid, folder.st_gid, folder.st_mode & 0o7777) != (0, NOVA, 0o1775):
            raise Violation('owner and mode of the cache folder were not corrected')
        for name in self.ids:
            try:
                st = os.lstat(self.path(name))
            except FileNotFoundError:
                continue
            base = self.module.hashlib.sha1(name.encode()).hexdigest()
            state = self.linkers[0].catalog.images[name].state
            if state == 'adopted':
                continue
            if not stat.S_ISREG(st.st_mode):        # also where it has a second name in the cache
                if state != 'refused':
                    raise Violation('%s is not a file, but reported as %s' % (name, state))
                continue
            linked = self.expected.get(base) == st.st_ino
            wanted = self.forbids_at_rest(base, st) is None
            if linked and not (st.st_mode & 0o7777 == 0o644 and (self.keep or (st.st_uid, st.st_gid) == OWNER)):
                raise Violation('%s is linked, but owner or mode are wrong' % name)
            if wanted and base not in self.expected:
                raise Violation('%s (%s) is complete and safe, but not linked: %s'
                                % (name, self.way, self.linkers[0].catalog.images[name].reason))
            if linked != (state == 'linked'):
                raise Violation('%s is reported as %s' % (name, state))
            if wanted and not linked and state != 'conflict':
                raise Violation('%s is in conflict, but reported as %s' % (name, state))

        for name in self.adopted.intersection(self.expected):
            self.complete_adopted(name, os.lstat('%s/%s' % (self.cache, name)))

    def complete_adopted(self, name, st):
        """A file under an adopted name is reported as adopted, and has another owner than nova."""
        catalog = self.linkers[0].catalog
        images = [image for image in self.ids if self.module.base_name(image) == name and image in catalog.images]
        record = catalog.images[images[0]] if images else catalog.others[name]
        if images and self.inode_of(images[0]) == st.st_ino:
            return
        if (record.state == 'adopted') != self.is_adopted(name, st):
            raise Violation('the adopted name %r is reported as %s' % (name, record.state))
        if record.state != 'adopted' or self.keep and st.st_ino in self.files:
            return
        wanted = (0, 0) if self.keep else OWNER
        if (st.st_uid, st.st_gid, st.st_mode & 0o7777) != wanted + (0o644,):
            raise Violation('the adopted file %r has owner %d:%d and mode %o'
                            % (name, st.st_uid, st.st_gid, st.st_mode))

    def forbids_at_rest(self, base, st):
        self.meddled = True                         # owner and mode are checked by complete()
        return self.forbids(base, st, self.answer)


def play(seed, fault=None):
    """One history; raises Violation."""
    world = World(seed, fault)
    try:
        for _ in range(STEPS):
            if world.random.random() < 0.35:
                world.run_with_accidents()
            else:
                world.step = 'around'
                world.act()
                world.check()
        world.settle_down()
        world.complete()
    finally:
        world.close()


def main(argv):
    count, seed = int(argv[0]), int(argv[1]) if len(argv) > 1 else 1
    signal.signal(signal.SIGIO, signal.SIG_IGN)     # as the script does: writers that meet a lease cause it
    fault = None
    if len(argv) > 2:
        import faults
        fault = faults.FAULTS[argv[2]]
    for number in range(seed, seed + count):
        try:
            play(number, fault)
        except Violation as violation:
            print('history %d: %s' % (number, violation))
            return 1
    print('%d histories, no violation' % count)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
