"""Measures link-sync and the loop that it replaces, side by side; prints a Markdown table.

    bench.py [COUNT...]       stores of that many images; default 100 1000 10000

The loop is the one that the original scheme used (seed_loop.py), started by cron every 10 seconds. Its two commands
for OpenStack are replaced by scripts that cost nothing.
"""
import os
import random
import resource
import subprocess
import sys
import time

import harness
import speed

LOOP_PERIOD, DAY = 10, 86400        # seconds
FAKE_CLIENT = '''#!/bin/sh
echo "+------+------+--------+"
echo "| ID   | Name | Status |"
ls %s | sed "s/.*/| & | name | active |/"
'''


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure_loop(count):
    """One run of the loop over existing links, with one new image at the end: the time that a new image waits."""
    store = speed.Store(count)
    store.link_all()
    for name in ('glance', 'openstack'):
        with open('%s/%s' % (store.root, name), 'w') as target:
            target.write(FAKE_CLIENT % store.images)
        os.chmod(target.name, 0o755)    # noqa: S103 - it has to be executable
    program = os.path.dirname(os.path.abspath(__file__)) + '/seed_loop.py'
    command = [sys.executable, program, store.images, store.cache, store.root + '/log']
    environ = dict(os.environ, PATH=store.root + ':' + os.environ['PATH'])
    base = harness.load().base_name(store.put(count))
    started, cpu = time.monotonic(), cpu_of_children()
    loop = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    while not os.path.exists('%s/%s' % (store.cache, base)) and loop.poll() is None:
        time.sleep(0.005)
    linked = time.monotonic() - started
    _, _, usage = os.wait4(loop.pid, 0)
    duration, cpu = time.monotonic() - started, cpu_of_children() - cpu
    store.close()
    # an image may become complete at any moment between two starts
    waits = [random.uniform(0, LOOP_PERIOD) + linked for _ in range(1000)]
    p50, p99 = speed.percentiles(waits)
    return {'duration': duration, 'cpu': 1e3 * cpu, 'p50': p50, 'p99': p99, 'memory': usage.ru_maxrss / 1024}


def day(milliseconds, duration):
    """Minutes of processor time a day, with a pass every LOOP_PERIOD seconds, or as often as it can finish."""
    return milliseconds / 1e3 * DAY / max(LOOP_PERIOD, duration) / 60


def row(*cells):
    print('| %s |' % ' | '.join(cells), flush=True)


def milliseconds(value):
    return '%.0f ms' % value if value < 10000 else '%.1f s' % (value / 1e3)


def main(argv):
    print('load of this machine: %.1f on %d cores' % (os.getloadavg()[0], os.cpu_count()))
    row('images', 'what', 'whole to link, p50', 'p99', 'CPU of a quiet pass', 'CPU a day', 'peak memory')
    row(*['---'] * 7)
    for count in [int(word) for word in argv] or (100, 1000, 10000):
        new, old = speed.measure(count, interval=2), measure_loop(count)
        cost = ['%.1f ms' % new['cpu'], '%.1f min' % day(new['cpu'], 0), '%.1f MiB' % new['memory']]
        row(str(count), 'link-sync, settling', milliseconds(new['p50']), milliseconds(new['p99']), *cost)
        row(str(count), 'link-sync, Glance', milliseconds(new['glanceP50']), milliseconds(new['glanceP99']), *cost)
        row(str(count), 'the loop', milliseconds(old['p50']), milliseconds(old['p99']), milliseconds(old['cpu']),
            '%.1f min' % day(old['cpu'], old['duration']), '%.1f MiB a process' % old['memory'])


if __name__ == '__main__':
    main(sys.argv[1:])
