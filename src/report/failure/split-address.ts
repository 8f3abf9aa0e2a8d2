/** Takes the address of a connection failure apart. */

export interface SplitAddress {
  readonly name: string;
  /** Undefined for port 22. */
  readonly port: string | undefined;
  /** The address as known_hosts writes it. */
  readonly entry: string;
}

/** Reads `name`, `name:port` and `[name]:port`. */
export function splitAddress(address: string): SplitAddress {
  const match = /^\[(.+)\]:(\d+)$/.exec(address) ?? /^([^:]+):(\d+)$/.exec(address);
  const [, name = address, port] = match ?? [];
  if (port === undefined || port === '22') return { name, port: undefined, entry: name };
  return { name, port, entry: `[${name}]:${port}` };
}
