/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return [...new Set(error.errors.map(messageOf))].join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

/** `host`, with its port where that is not the usual one. */
export function formatAddress(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === 22 ? host : `${name}:${port}`;
}

/** What to look at when no TCP connection comes about. */
export function networkHint(code: string | undefined, port: number): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `the host answers, but nothing listens on port ${port}: is sshd running, is the port right?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name does not resolve: check ansible_host, or DNS and /etc/hosts on this machine';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no route to the host: is it up, and is this machine in the right network?';
    case 'ETIMEDOUT':
      return 'the host does not answer: is it up, does a firewall drop the packets?';
    default:
      return undefined;
  }
}

/** How ssh2 marks its errors: by the layer that they come from, such as `handshake` or `agent`. */
export function levelOf(error: unknown): string | undefined {
  return error instanceof Error && 'level' in error && typeof error.level === 'string'
    ? error.level
    : undefined;
}
