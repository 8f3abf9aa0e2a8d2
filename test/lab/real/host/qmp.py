"""Sends commands to a QEMU: JSON commands from standard input, an array of its answers to standard output.

    qmp.py SOCKET

One command is this program's own: {"dump": FILE} writes everything that the guest would read from its disk into a
file, also while the guest writes; with {"speed": N} at most N bytes per second.
"""
import json
import os
import socket
import sys
import time


class Monitor:
    def __init__(self, path):
        self.stream = socket.socket(socket.AF_UNIX)
        self.stream.connect(path)
        self.lines = self.stream.makefile('r')
        self.lines.readline()
        self.execute('qmp_capabilities')

    def execute(self, command, arguments=None):
        self.stream.sendall(json.dumps({'execute': command, 'arguments': arguments or {}}).encode())
        while True:
            answer = json.loads(self.lines.readline())
            if 'error' in answer:
                raise SystemExit('%s: %s' % (command, answer['error']['desc']))
            if 'return' in answer:
                return answer['return']

    def finish(self, job):
        while True:
            state = next(each for each in self.execute('query-jobs') if each['id'] == job)
            if state['status'] == 'concluded':
                self.execute('job-dismiss', {'id': job})
                if 'error' in state:
                    raise SystemExit('%s: %s' % (job, state['error']))
                return state
            time.sleep(0.1)

    def dump(self, path, speed=0):
        nodes = self.execute('query-named-block-nodes')
        size = next(node['image']['virtual-size'] for node in nodes if node['node-name'] == 'disk')
        with open(path, 'wb') as target:
            target.truncate(size)
            os.fchmod(target.fileno(), 0o666)
        self.execute('blockdev-add', {'node-name': 'dump', 'driver': 'file', 'filename': path})
        self.execute('blockdev-backup', {'job-id': 'dump', 'device': 'disk', 'target': 'dump', 'sync': 'full',
                                         'speed': speed, 'auto-dismiss': False})
        self.finish('dump')
        self.execute('blockdev-del', {'node-name': 'dump'})
        return size

    def io(self, command):
        """Reads or writes the disk as the guest would; QEMU reports the result in its log."""
        line = 'qemu-io -d /machine/peripheral/disk/virtio-backend "%s"' % command
        return self.execute('human-monitor-command', {'command-line': line})


def main():
    monitor = Monitor(sys.argv[1])
    answers = []
    for each in json.load(sys.stdin):
        if 'dump' in each:
            answers.append(monitor.dump(each['dump'], each.get('speed', 0)))
        else:
            answers.append(monitor.execute(each['execute'], each.get('arguments')))
    print(json.dumps(answers))


if __name__ == '__main__':
    main()
