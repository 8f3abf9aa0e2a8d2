"""Messages to systemd: readiness and watchdog, over NOTIFY_SOCKET. Without systemd nothing is sent."""
import os
import socket

from clock import monotonic


class Systemd:
    """The service manager, as the environment variables describe it."""

    def __init__(self, environ):
        self.address = environ.get('NOTIFY_SOCKET', '')
        self.period = self.watchdog_period(environ)
        self.next_heartbeat = 0.0

    @staticmethod
    def watchdog_period(environ):
        """Seconds between heartbeats; None if systemd expects none from this process."""
        if environ.get('WATCHDOG_PID', str(os.getpid())) != str(os.getpid()):
            return None
        usec = environ.get('WATCHDOG_USEC', '')
        return int(usec) / 1e6 / 3 if usec.isdigit() and int(usec) else None

    def send(self, message, timeout=5.0):
        """Sends a message. Waits at most `timeout` seconds for a service manager that does not read it."""
        if not self.address:
            return
        address = '\0' + self.address[1:] if self.address.startswith('@') else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.settimeout(timeout)
            try:
                channel.sendto(message.encode(), address)
            except OSError:
                pass

    def heartbeat(self):
        """Sends a heartbeat if one is due."""
        if self.period and monotonic() >= self.next_heartbeat:
            self.next_heartbeat = monotonic() + self.period
            self.send('WATCHDOG=1', timeout=0.0)
