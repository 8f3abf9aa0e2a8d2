import { expect, test } from 'vitest';
import { nfsPeers } from '../../src/facts/nfs-peers.ts';
import { answer } from './read.ts';

test('own addresses, clients with their ports, what mountd remembers', () => {
  const output = `@@nfs-peers own
2: eth0    inet 10.11.0.10/24 brd 10.11.0.255 scope global eth0\\       valid_lft forever
2: eth0    inet6 2001:db8::10/64 scope global \\       valid_lft forever
@@nfs-peers clients
address: "10.11.0.101:826"
address: "[2001:db8::7]:44064"
address: "10.11.0.105:0"
peer 67000B0A:032A
peer 68000B0A:AC20
@@nfs-peers remembered
10.11.0.102:/var/lib/glance/imagecache:0x00000001
2001:db8::9:/var/lib/glance/imagecache:0x00000002
rubbish
`;
  expect(answer(nfsPeers, [{}], output)[0]).toEqual({
    own: ['10.11.0.10', '2001:db8::10'],
    clients: ['10.11.0.101', '10.11.0.103', '10.11.0.104', '10.11.0.105', '2001:db8::7'],
    unprivileged: ['2001:db8::7'],
    remembered: [
      { client: '10.11.0.102', path: '/var/lib/glance/imagecache' },
      { client: '2001:db8::9', path: '/var/lib/glance/imagecache' },
    ],
  });
});
