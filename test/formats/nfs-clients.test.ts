import { describe, expect, test } from 'vitest';
import { listedAddress, listedPort, parseRmtabLine, tcpTableAddress } from '../../src/formats/nfs-clients.ts';

describe('clients of an NFS server', () => {
  test.each([
    ['address: "10.0.0.2:870"', '10.0.0.2', 870],
    ['address: "[fd00::2]:870"', 'fd00::2', 870],
    ['address: "[::ffff:10.0.0.2]:1024"', '10.0.0.2', 1024],
    ['address: "10.0.0.2"', '10.0.0.2', 0],
    ['name: "Linux NFSv4.2 c1"', undefined, 0],
  ])('%s', (line, address, port) => {
    expect([listedAddress(line), listedPort(line)]).toEqual([address, port]);
  });

  test.each([
    ['0100007F', '127.0.0.1'],
    ['0A00020F', '15.2.0.10'],
    ['0000000000000000FFFF00000A00020F', '15.2.0.10'],
    ['B80D0120000000000000000001000000', '2001:db8::1'],
  ])('%s of the table of TCP', (hex, address) => expect(tcpTableAddress(hex)).toBe(address));

  test.each([
    ['192.0.2.1:/srv/a:0x00000001', { client: '192.0.2.1', path: '/srv/a' }],
    ['fd00::1:/srv/a:b:0x0000000a', { client: 'fd00::1', path: '/srv/a:b' }],
    ['nothing', undefined],
  ])('%s of rmtab', (line, expected) => expect(parseRmtabLine(line)).toEqual(expected));
});
