"""JSON over HTTP, with limits on time and size."""
import json

from clock import monotonic
from openrc import GlanceAway, GlanceRefuses

CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S = 3.0, 10.0
MAX_ANSWER_BYTES = 16 << 20


class JsonHttp:
    """One connection to each server is kept open for the next request."""

    def __init__(self, ca_file):
        import http.client          # imported here, because they are needed only with an openrc
        import ssl
        import urllib.parse
        self.client, self.split = http.client, urllib.parse.urlsplit
        try:
            self.tls = ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise GlanceRefuses('OS_CACERT %s: %s' % (ca_file, error.strerror or error)) from None
        self.connections = {}

    def request(self, method, address, headers, body=None):
        """(status, headers, object). Raises GlanceAway if there is no such answer."""
        for last_try in (False, True):
            server, kept = address, False
            try:
                url = self.split(address)
                server = url.netloc.rpartition('@')[2]
                kept = server in self.connections
                return self.exchange(self.connect(server, url), url, method, headers, body)
            except (OSError, self.client.HTTPException, ValueError) as error:
                self.close()
                if kept and not last_try and isinstance(error, ConnectionError):
                    continue        # the server may have closed a connection that was kept
                raise GlanceAway('%s: %s' % (server, str(error) or type(error).__name__)) from None
        return None                 # never reached: the second try returns or raises

    def connect(self, server, url):
        if server not in self.connections:
            if url.scheme == 'https':
                connection = self.client.HTTPSConnection(server, timeout=CONNECT_TIMEOUT_S, context=self.tls)
            elif url.scheme == 'http':
                connection = self.client.HTTPConnection(server, timeout=CONNECT_TIMEOUT_S)
            else:
                raise GlanceRefuses('%s is not an http or https address' % url.geturl())
            connection.connect()
            connection.sock.settimeout(ANSWER_TIMEOUT_S)
            self.connections[server] = connection
        return self.connections[server]

    def exchange(self, connection, url, method, headers, body):
        data = None if body is None else json.dumps(body)
        headers = dict(headers, Accept='application/json')
        if data is not None:
            headers['Content-Type'] = 'application/json'
        connection.request(method, url.path or '/', data, headers)
        response = connection.getresponse()
        text = self.read(response)
        return response.status, response.headers, json.loads(text) if response.status < 300 else None

    @staticmethod
    def read(response):
        ends, parts, length = monotonic() + ANSWER_TIMEOUT_S, [], 0
        while True:
            part = response.read1(1 << 16)
            if not part:
                response.read()     # before Python 3.12 only this frees the connection for the next request
                return b''.join(parts).decode()
            parts.append(part)
            length += len(part)
            if length > MAX_ANSWER_BYTES or monotonic() > ends:
                raise ValueError('the answer is too long or too slow')

    def close(self):
        for connection in self.connections.values():
            connection.close()
        self.connections.clear()
