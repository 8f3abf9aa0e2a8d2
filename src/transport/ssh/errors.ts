/** Codes, messages and hints of errors. */

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

/** `host`, or `host:port` for a port other than 22. */
export function formatAddress(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === 22 ? host : `${name}:${port}`;
}

/** What to check when a TCP connection fails with this code. */
export function networkHint(code: string | undefined, port: number): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `The host answers, but nothing listens on port ${port}. Check that sshd is running and that the port is right.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The name cannot be resolved. Check ansible_host, or DNS and /etc/hosts on this machine.';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'There is no route to the host. Check that it is up and that this machine is in the right network.';
    case 'ETIMEDOUT':
      return 'The host does not answer. Check that it is up and that no firewall drops the packets.';
    default:
      return undefined;
  }
}

/** The layer that an error of ssh2 comes from, such as `handshake` or `agent`. */
export function levelOf(error: unknown): string | undefined {
  return error instanceof Error && 'level' in error && typeof error.level === 'string'
    ? error.level
    : undefined;
}
