"""Runs a command in a real terminal: in_terminal.py ROWS COLUMNS COMMAND...

Reads orders from standard input, one JSON object a line: {"type": TEXT}, {"resize": [ROWS, COLUMNS]}, {"signal": NAME}.
Writes what happens to standard output, likewise: {"output": BASE64}, and in the end {"code": N, "echo": BOOL,
"lines": BOOL}: whether the terminal was left with echo and line editing, as it was found. End of orders ends the command.
"""
import base64, fcntl, json, os, pty, select, signal, struct, sys, termios


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


def tell(**what):
    sys.stdout.write(json.dumps(what) + '\n')
    sys.stdout.flush()


def obey(order, pid, fd):
    if 'type' in order:
        os.write(fd, order['type'].encode())
    if 'resize' in order:
        resize(fd, *order['resize'])
    if 'signal' in order:
        os.kill(pid, getattr(signal, order['signal']))


def main():
    rows, columns = int(sys.argv[1]), int(sys.argv[2])
    ready, go = os.pipe()
    pid, fd = pty.fork()
    if pid == 0:
        os.close(go)
        os.read(ready, 1)  # until the terminal has its size
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
            tell(output=base64.b64encode(data).decode())
        elif 0 in readable:
            data = os.read(0, 65536)
            if not data:
                os.killpg(pid, signal.SIGKILL)
                break
            *orders, pending = (pending + data).split(b'\n')
            for order in orders:
                obey(json.loads(order), pid, fd)
    flags = termios.tcgetattr(fd)[3]
    _, status = os.waitpid(pid, 0)
    tell(code=os.waitstatus_to_exitcode(status), echo=bool(flags & termios.ECHO), lines=bool(flags & termios.ICANON))


main()
