/** Clients of an NFS server, in the tables where the kernel and mountd list them. */

/**
 * The address in a line of /proc/fs/nfsd/clients/N/info: `address: "10.0.0.2:870"`, `address: "[fd00::2]:870"`. IPv4
 * addresses that are mapped to IPv6 are given as IPv4. Undefined where the line has none.
 */
export function listedAddress(line: string): string | undefined {
  const address = /^address: "\[?(.*?)\]?(?::\d+)?"/.exec(line)?.[1];
  return address?.replace(/^::ffff:(?=\d+\.)/, '');
}

/** The port in such a line; 0 where the kernel knows none. */
export function listedPort(line: string): number {
  return Number(/^address: ".*:(\d+)"/.exec(line)?.[1] ?? 0);
}

/**
 * An address of /proc/net/tcp or tcp6, proc(5): words of 32 bits in hexadecimal, in the byte order of the machine. That is
 * little-endian wherever Nova runs.
 */
export function tcpTableAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  const isMapped = /^0{20}FFFF/.test(bytes.join(''));
  if (bytes.length === 4 || isMapped)
    return bytes
      .slice(-4)
      .map((byte) => parseInt(byte, 16))
      .join('.');
  const groups = bytes.flatMap((byte, index) => (index % 2 === 0 ? [byte + (bytes[index + 1] ?? '')] : []));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** One NFSv3 mount that mountd remembers. */
export interface RememberedMount {
  readonly client: string;
  readonly path: string;
}

/** A line of rmtab: `CLIENT:/PATH:0x00000001`. A client may be an address with colons. Undefined for other lines. */
export function parseRmtabLine(line: string): RememberedMount | undefined {
  const match = /^(.+?):(\/.*):0x[0-9a-f]+$/.exec(line);
  return match === null ? undefined : { client: match[1] ?? '', path: match[2] ?? '' };
}
