"""link-sync beside the loop that it replaces, as a Markdown table.

    bench.py [COUNT...]       stores of that many images; default 100 1000 10000

The loop is the original scheme's: one `ls`, then `ln`, `chown` and `chmod` for every image, each through a
shell, started by cron every 10 seconds. Latency is counted from the moment an image is known to be whole: settled
without a change, or called active by Glance (here a stand-in that answers at once).
"""
import http.server
import json
import os
import random
import resource
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

SETTLE, LOOP_PERIOD, DAY = 1.0, 10, 86400
SAMPLES = 150


class Store:
    """A folder of images, the cache beside it, and a configuration."""

    def __init__(self, count, **settings):
        self.root = tempfile.mkdtemp(prefix='link-sync-bench-')
        self.images, self.cache, self.config = (self.root + name for name in ('/images', '/imagecache', '/config.json'))
        os.mkdir(self.images)
        os.mkdir(self.cache)
        for number in range(count):
            self.put(number)
        config = {'images': self.images, 'cache': self.cache, 'owner': '64055:36', 'cacheOwner': '0:64060',
                  'cacheMode': '1775', 'interval': 10, 'settle': SETTLE,
                  'state': self.root + '/state', 'log': self.root + '/log'}
        config.update(settings)
        with open(self.config, 'w') as target:
            json.dump(config, target)
        os.sync()
        time.sleep(SETTLE)

    def put(self, number):
        name = harness.image_id(number)
        with open('%s/%s' % (self.images, name), 'wb') as target:
            target.write(b'image %d' % number)
        return name

    def close(self):
        shutil.rmtree(self.root)


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command):
    """(wall seconds, CPU seconds) of a command with all that it starts."""
    wall, cpu = time.monotonic(), children_seconds()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - wall, children_seconds() - cpu


def percentiles(values):
    values = sorted(values)
    return statistics.median(values), values[min(len(values) - 1, int(len(values) * 0.99))]


# --- the loop that it replaces

LOOP = '''
import hashlib, subprocess, sys
images, cache = sys.argv[1:]
for name in subprocess.getoutput("ls -ltr %s | awk 'NR>1{ print $NF }'" % images).split():
    base = hashlib.sha1(name.encode()).hexdigest()
    subprocess.getoutput('ln %s/%s %s/%s' % (images, name, cache, base))
    subprocess.getoutput('chown 64055:36 %s/%s' % (cache, base))
    subprocess.getoutput('chmod 644 %s/%s' % (cache, base))
'''


def measure_loop(count):
    store = Store(count)
    command = [sys.executable, '-c', LOOP, store.images, store.cache]
    first, _ = timed(command)
    quiet, cpu = timed(command)
    store.close()
    # an image that is complete waits for the next start, half a period on average, and then for its turn
    return {'first': first, 'quiet': cpu, 'p50': LOOP_PERIOD / 2 + quiet / 2, 'p99': LOOP_PERIOD + quiet,
            'day': cpu * DAY / max(LOOP_PERIOD, quiet), 'memory': 0}


# --- link-sync

class Process:
    """--watch, ready, and an inotify watch of our own on its cache."""

    def __init__(self, store):
        self.store = store
        module = harness.load()
        self.inotify = module.Inotify()
        folder = os.open(store.cache, os.O_RDONLY)
        self.inotify.watch(folder, module.IN_CREATE)
        os.close(folder)
        self.child = subprocess.Popen([harness.SCRIPT, '--watch', '--config', store.config], stderr=subprocess.DEVNULL)
        while not os.path.exists(store.root + '/state.pass'):
            time.sleep(0.05)

    def cpu(self):
        with open('/proc/%d/stat' % self.child.pid) as source:
            fields = source.read().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def peak(self):
        with open('/proc/%d/status' % self.child.pid) as source:
            return [int(line.split()[1]) for line in source if line.startswith('VmHWM')][0] / 1024

    def when_linked(self):
        """The moment of the next link."""
        select.select([self.inotify.fd], [], [], 30)
        moment = time.monotonic()
        self.inotify.read()
        return moment

    def close(self):
        self.child.terminate()
        self.child.wait()
        os.close(self.inotify.fd)


def latencies(store, process, count, finish):
    """Seconds from `finish` (which returns when an image is known to be whole) to its link."""
    found = []
    for number in range(count, count + SAMPLES):
        time.sleep(random.uniform(0, 0.1))
        whole = finish(number)
        found.append(process.when_linked() - whole)
    return found


def measure_settling(count):
    store = Store(count)
    first, _ = timed([harness.SCRIPT, '--once', '--config', store.config])
    process = Process(store)

    def finish(number):
        store.put(number)
        return time.monotonic() + SETTLE
    p50, p99 = percentiles(latencies(store, process, count, finish))
    time.sleep(11)
    before, began = process.cpu(), time.monotonic()
    time.sleep(60)
    cpu = (process.cpu() - before) / (time.monotonic() - began)
    result = {'first': first, 'quiet': cpu * LOOP_PERIOD, 'p50': p50, 'p99': p99, 'day': cpu * DAY, 'memory': process.peak()}
    process.close()
    store.close()
    return result


class Glance(http.server.BaseHTTPRequestHandler):
    """Says of every image what `known` has of it."""
    protocol_version = 'HTTP/1.1'
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


def measure_glance(count):
    class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
        daemon_threads = True
    server = Server(('127.0.0.1', 0), Glance)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    store = Store(count)
    timed([harness.SCRIPT, '--once', '--config', store.config])
    openrc = store.root + '/openrc'
    with open(os.open(openrc, os.O_WRONLY | os.O_CREAT, 0o600), 'w') as target:
        target.write('OS_AUTH_TYPE=none\nOS_ENDPOINT=http://127.0.0.1:%d\n' % server.server_port)
    with open(store.config) as source:
        config = dict(json.load(source), openrc=openrc)
    with open(store.config, 'w') as target:
        json.dump(config, target)
    process = Process(store)

    def finish(number):
        name = store.put(number)
        size = os.stat('%s/%s' % (store.images, name)).st_size
        time.sleep(random.uniform(0, 0.3))          # Glance calls it active a moment after it closed the file
        Glance.known[name] = {'status': 'active', 'size': size, 'disk_format': 'raw'}
        return time.monotonic()
    p50, p99 = percentiles(latencies(store, process, count, finish))
    result = {'p50': p50, 'p99': p99, 'memory': process.peak()}
    process.close()
    server.shutdown()
    store.close()
    return result


def row(count, name, result):
    def cell(key, form, factor=1.0):
        return form % (result[key] * factor) if result.get(key) else '-'
    print('| %d | %s | %s | %s | %s | %s | %s | %s |' % (
        count, name, cell('first', '%.2f s'), cell('p50', '%.1f ms', 1e3), cell('p99', '%.1f ms', 1e3),
        cell('quiet', '%.1f ms', 1e3), cell('day', '%.1f min', 1 / 60), cell('memory', '%.1f MiB')), flush=True)


def main(argv):
    print('| images | what | first pass | latency p50 | p99 | CPU of a quiet pass | CPU a day | peak memory |')
    print('| --- | --- | --- | --- | --- | --- | --- | --- |')
    for count in [int(word) for word in argv] or (100, 1000, 10000):
        row(count, 'link-sync, settling', measure_settling(count))
        row(count, 'link-sync, Glance', measure_glance(count))
        row(count, 'the loop', measure_loop(count))


if __name__ == '__main__':
    main(sys.argv[1:])
