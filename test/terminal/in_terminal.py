"""Runs a command in a real terminal: in_terminal.py ROWS COLUMNS COMMAND...

Reads requests from standard input, one JSON object in each line: {"type": TEXT}, {"resize": [ROWS, COLUMNS]},
{"signal": NAME}. The end of standard input ends the command.
Writes events to standard output in the same form: {"output": BASE64}, and at the end {"code": N, "echo": BOOL,
"lines": BOOL}: the exit code, and whether the command left the terminal with echo and line editing.
"""
import base64
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


def report(**what):
    sys.stdout.write(json.dumps(what) + '\n')
    sys.stdout.flush()


def perform(request, pid, fd):
    if 'type' in request:
        os.write(fd, request['type'].encode())
    if 'resize' in request:
        resize(fd, *request['resize'])
    if 'signal' in request:
        os.kill(pid, getattr(signal, request['signal']))


def main():
    rows, columns = int(sys.argv[1]), int(sys.argv[2])
    ready, go = os.pipe()
    pid, fd = pty.fork()
    if pid == 0:
        os.close(go)
        os.read(ready, 1)  # returns when the terminal has its size
        os.execvp(sys.argv[3], sys.argv[3:])
    resize(fd, rows, columns)
    os.close(ready)
    os.close(go)
    pending = b''
    while True:
        readable, _, _ = select.select([fd, 0], [], [])
        if fd in readable:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            report(output=base64.b64encode(data).decode())
        elif 0 in readable:
            data = os.read(0, 65536)
            if not data:
                os.killpg(pid, signal.SIGKILL)
                break
            *requests, pending = (pending + data).split(b'\n')
            for request in requests:
                perform(json.loads(request), pid, fd)
    flags = termios.tcgetattr(fd)[3]
    _, status = os.waitpid(pid, 0)
    report(code=os.waitstatus_to_exitcode(status), echo=bool(flags & termios.ECHO), lines=bool(flags & termios.ICANON))


main()
