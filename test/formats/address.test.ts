import { describe, expect, test } from 'vitest';
import { canonicalAddress, isLoopback, nfsSource } from '../../src/formats/address.ts';

describe('addresses', () => {
  test.each([
    ['2001:DB8:0::1', '2001:db8::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['192.0.2.7', '192.0.2.7'],
    ['nfs01', 'nfs01'],
    ['NFS01.Example.', 'nfs01.example'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ])('%s is %s', (given, expected) => expect(canonicalAddress(given)).toBe(expected));

  test.each([
    ['127.0.1.1', true],
    ['::1', true],
    ['0:0:0:0:0:0:0:1', true],
    ['::ffff:127.0.0.1', true],
    ['0.0.0.0', true],
    ['::', true],
    ['LocalHost.localdomain', true],
    ['128.0.0.1', false],
    ['localhost.example', false],
  ])('loopback: %s', (given, expected) => expect(isLoopback(given)).toBe(expected));

  test('IPv6 stands in brackets', () => {
    expect(nfsSource('2001:db8::1', '/c')).toBe('[2001:db8::1]:/c');
    expect(nfsSource('nfs01', '/c')).toBe('nfs01:/c');
  });
});
