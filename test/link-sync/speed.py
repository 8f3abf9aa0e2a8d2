"""Measures how fast link-sync is and what it costs; prints one JSON object.

    speed.py COUNT [SAMPLES [PASSES]]     a store of COUNT images, SAMPLES new ones, PASSES that change nothing
    speed.py cost COUNT SAMPLES PASSES    only what does not depend on the load of this machine: work, not time

Latency is counted from the moment at which an image is known to be complete: it has settled, or Glance says that it
is active (here a simulated Glance that answers at once).
"""
import hashlib
import http.server
import json
import os
import random
import select
import shutil
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import harness

SETTLE, INTERVAL = 1.0, 10


class Store:
    """A folder of images, the cache beside it, and a configuration."""

    def __init__(self, count, **settings):
        self.root = tempfile.mkdtemp(prefix='link-sync-speed-')
        self.images, self.cache, self.config = (self.root + name for name in ('/images', '/imagecache', '/config.json'))
        os.mkdir(self.images)
        os.mkdir(self.cache)
        for number in range(count):
            self.put(number)
        self.settings = {'images': self.images, 'cache': self.cache, 'owner': '64055:36', 'cacheOwner': '0:64060',
                         'cacheMode': '1775', 'interval': INTERVAL, 'settle': SETTLE,
                         'state': self.root + '/state', 'log': self.root + '/log'}
        self.configure(**settings)
        time.sleep(SETTLE)

    def configure(self, **settings):
        self.settings.update(settings)
        with open(self.config, 'w') as target:
            json.dump(self.settings, target)

    def put(self, number):
        name = harness.image_id(number)
        with open('%s/%s' % (self.images, name), 'wb') as target:
            target.write(b'image %d' % number)
        return name

    def link_all(self):
        """Seconds of a first pass."""
        started = time.monotonic()
        subprocess.run([harness.SCRIPT, '--once', '--config', self.config], check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - started

    def close(self):
        shutil.rmtree(self.root)


class Process:
    """A --watch process after its first pass, in its own process namespace, with inotify watches on what it writes."""

    def __init__(self, store):
        self.store = store
        module = harness.load()
        self.inotify, self.passes = module.Inotify(), module.Inotify()
        watched = ((self.inotify, store.cache, module.IN_CREATE), (self.passes, store.root, module.IN_MOVED_TO))
        for inotify, path, mask in watched:
            folder = os.open(path, os.O_RDONLY)
            inotify.watch(folder, mask)
            os.close(folder)
        self.child = subprocess.Popen(
            ['unshare', '--pid', '--fork', '--kill-child', harness.SCRIPT, '--watch', '--config', store.config],
            stderr=subprocess.DEVNULL)
        self.wait_for_pass()
        with open('/proc/%d/task/%d/children' % (self.child.pid, self.child.pid)) as source:
            self.pid = int(source.read())

    def wait_for_pass(self):
        while True:
            if not select.select([self.passes.fd], [], [], 120)[0]:
                raise SystemExit('no pass within two minutes')
            if any(event.name == 'state.pass' for event in self.passes.read()):
                return

    def cpu(self):
        """Seconds of processor time of all its threads."""
        total = 0
        for thread in os.listdir('/proc/%d/task' % self.pid):
            with open('/proc/%d/task/%s/schedstat' % (self.pid, thread)) as source:
                total += int(source.read().split()[0])
        return total / 1e9

    def newest_pid(self):
        """Starts a process in its namespace, and gives its number: it counts the processes that were started there."""
        return int(subprocess.check_output(['nsenter', '-t', str(self.pid), '-p', 'sh', '-c', 'echo $$']))

    def peak(self):
        """MiB of memory at its peak."""
        with open('/proc/%d/status' % self.pid) as source:
            return next(int(line.split()[1]) for line in source if line.startswith('VmHWM')) / 1024

    def links(self, count):
        """{base name: time} of the next `count` links."""
        found = {}
        while len(found) < count:
            if not select.select([self.inotify.fd], [], [], 60)[0]:
                raise SystemExit('no link within a minute')
            moment = time.monotonic()
            found.update((event.name, moment) for event in self.inotify.read())
        return found

    def close(self):
        os.kill(self.pid, 15)
        self.child.wait()
        os.close(self.inotify.fd)
        os.close(self.passes.fd)


class Glance(http.server.BaseHTTPRequestHandler):
    """Answers for every image with its record in `known`."""
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    known = {}

    def do_GET(self):
        name = self.path.rpartition('/')[2]
        body = json.dumps(dict(self.known.get(name, {'status': 'saving'}), id=name)).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def percentiles(values):
    """(median, 99th percentile) in milliseconds."""
    values = sorted(values)
    return 1e3 * statistics.median(values), 1e3 * values[-(-len(values) * 99 // 100) - 1]


def latency(process, numbers, finish):
    """Percentiles of the time from the moment at which an image is known to be complete until its link exists.

    `finish` makes an image, and calls back with its name and that moment.
    """
    whole = {}

    def feed():
        for number in numbers:
            finish(number, lambda name, moment: whole.update({hashlib.sha1(name.encode()).hexdigest(): moment}))
            time.sleep(random.uniform(0.03, 0.1))
    feeder = threading.Thread(target=feed)
    feeder.start()
    linked = process.links(len(numbers))
    feeder.join()
    return percentiles([linked[base] - moment for base, moment in whole.items()])


def measure_settling(store, process, numbers):
    def finish(number, whole):
        name = store.put(number)
        whole(name, time.monotonic() + SETTLE)
    return latency(process, numbers, finish)


def measure_glance(store, numbers):
    server = Server(('127.0.0.1', 0), Glance)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    openrc = store.root + '/openrc'
    with open(os.open(openrc, os.O_WRONLY | os.O_CREAT, 0o600), 'w') as target:
        target.write('OS_AUTH_TYPE=none\nOS_ENDPOINT=http://127.0.0.1:%d\n' % server.server_port)
    store.configure(openrc=openrc)
    process = Process(store)

    def finish(number, whole):
        name = store.put(number)
        size = os.stat('%s/%s' % (store.images, name)).st_size

        def activate():
            whole(name, time.monotonic())
            Glance.known[name] = {'status': 'active', 'size': size, 'disk_format': 'raw'}
        # Glance sets an image to active a moment after it closes the file
        threading.Timer(random.uniform(0, 0.3), activate).start()
    found = latency(process, numbers, finish)
    process.close()
    server.shutdown()
    server.server_close()
    return found


def measure_quiet(process, passes):
    """(CPU milliseconds of a pass that changes nothing, number of processes and threads started during it)."""
    process.wait_for_pass()
    pid, cpu = process.newest_pid(), process.cpu()
    for _ in range(passes):
        process.wait_for_pass()
    spent = process.cpu() - cpu
    return 1e3 * spent / passes, process.newest_pid() - pid - 1


def reference(store, passes):
    """CPU milliseconds of the least that a pass has to do: list both folders, and stat every image."""
    started = time.process_time()
    for _ in range(passes):
        with os.scandir(store.cache) as cache:
            inodes = {entry.name: entry.inode() for entry in cache}
        sum(os.lstat('%s/%s' % (store.images, name)).st_ino for name in os.listdir(store.images))
    return 1e3 * (time.process_time() - started) / passes if inodes else 0


def cost(count, samples, passes):
    """Work of link-sync in one store: CPU of a pass that changes nothing and its reference, forks, memory.

    New images have to be linked by events: the next full pass is an hour away.
    """
    store = Store(count)
    store.link_all()
    store.configure(interval=1)
    process = Process(store)
    result = {'count': count, 'reference': reference(store, passes)}
    result['cpu'], result['forks'] = measure_quiet(process, passes)
    process.close()
    store.configure(interval=3600)
    process = Process(store)
    for number in range(count, count + samples):
        store.put(number)
    result['linked'] = len(process.links(samples))
    result['memory'] = process.peak()
    process.close()
    store.close()
    return result


def measure(count, samples=150, passes=6, interval=INTERVAL):
    """All measurements in one store; `interval` is that of the passes that change nothing."""
    os.nice(-20)                # other work on this machine disturbs the measurement less
    store = Store(count)
    result = {'count': count, 'first': store.link_all()}
    store.configure(interval=interval)
    process = Process(store)
    result['cpu'], result['forks'] = measure_quiet(process, passes)
    process.close()
    store.configure(interval=INTERVAL)
    process = Process(store)
    result['p50'], result['p99'] = measure_settling(store, process, range(count, count + samples))
    result['memory'] = process.peak()
    process.close()
    result['glanceP50'], result['glanceP99'] = measure_glance(store, range(count + samples, count + 2 * samples))
    store.close()
    return result


if __name__ == '__main__':
    if sys.argv[1] == 'cost':
        print(json.dumps(cost(*[int(word) for word in sys.argv[2:]])))
    else:
        print(json.dumps(measure(*[int(word) for word in sys.argv[1:]])))
