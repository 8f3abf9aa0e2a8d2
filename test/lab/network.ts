import { createServer } from 'node:net';
import { once } from 'node:events';

export type Role = 'backend' | 'compute';

/** Where a host stands in the lab, all of it given by its name alone. */
export interface Place {
  readonly name: string;
  readonly role: Role;
  /** its address on the storage network */
  readonly address: string;
  /** the hardware address of its card there */
  readonly mac: string;
}

/** `nfs01`…`nfs09` are backends, `compute01`…`compute99` compute nodes. */
export function placeOf(name: string): Place {
  const [, kind, digits] = /^(nfs|compute)(\d\d)$/.exec(name) ?? [];
  const number = Number(digits);
  if (kind === undefined || number < 1)
    throw new Error(`a lab host is called nfsNN or computeNN, not ${name}`);
  const last = kind === 'nfs' ? 9 + number : 100 + number;
  const mac = `52:54:00:11:00:${last.toString(16).padStart(2, '0')}`;
  return { name, role: kind === 'nfs' ? 'backend' : 'compute', address: `10.11.0.${last}`, mac };
}

/** The /etc/hosts of every lab host: names of hosts that may come later are there from the start, so that adding one touches no other. */
export function hostsFile(): string {
  const known = ['nfs01', 'nfs02', ...Array.from({ length: 9 }, (_, index) => `compute0${index + 1}`)];
  const lines = known.map(placeOf).map(({ name, address }) => `${address}\t${name}`);
  return ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', ...lines, ''].join('\n');
}

/** The systemd-networkd file of a host's storage card. Its address outlives a network cut, as it would on a real switch. */
export const storageNetworkFile = (place: Place): string => `# The storage network.
[Match]
Name=eth1

[Network]
Address=${place.address}/24
LinkLocalAddressing=no
IPv6AcceptRA=no
IgnoreCarrierLoss=yes

[Link]
RequiredForOnline=yes
`;

/** A TCP port on 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
