"""Runs a command in a real terminal of ROWS x COLUMNS: in-terminal.py ROWS COLUMNS TEXT COMMAND...

Sends SIGINT when TEXT has been shown, unless it is empty. Prints what was written and the exit code as JSON.
"""
import fcntl, json, os, pty, signal, struct, sys, termios, time

rows, columns, wanted = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode()
pid, fd = pty.fork()
if pid == 0:
    time.sleep(0.1)  # until the terminal has its size
    os.execvp(sys.argv[4], sys.argv[4:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
output = b''
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    output += data
    if wanted and wanted in output:
        os.kill(pid, signal.SIGINT)
        wanted = b''
_, status = os.waitpid(pid, 0)
print(json.dumps({'output': output.decode(), 'code': os.waitstatus_to_exitcode(status)}))
