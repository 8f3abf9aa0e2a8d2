import { describe, expect, test } from 'vitest';
import { fstabEntries, fstabLine, withEntry, withoutEntry } from '../../src/formats/fstab.ts';

describe('fstab', () => {
  const FSTAB = `# /etc/fstab: static file system information.
UUID=0a1b / ext4 errors=remount-ro 0 1
\t/dev/sdb1\t/srv/my\\040data  xfs
tmpfs /tmp tmpfs defaults
//nas/x /mnt/x cifs ro 0 # trailing
nfs01:/a /mnt/a nfs ro,_netdev 0 0 # the pool
#nfs01:/b /mnt/b nfs ro 0 0
`;
  const entry = { source: 'nfs01:/a', path: '/mnt/a', type: 'nfs', options: ['_netdev', 'ro'] };

  test('lines of three to six fields, comments and escapes', () => {
    expect(
      fstabEntries(FSTAB).map((line) => [line.entry.path, line.entry.options.join(), line.rest]),
    ).toEqual([
      ['/', 'errors=remount-ro', ''],
      ['/srv/my data', 'defaults', ''],
      ['/tmp', 'defaults', ''],
      ['/mnt/x', 'ro', ' # trailing'],
      ['/mnt/a', 'ro,_netdev', ' # the pool'],
    ]);
  });

  test.each([
    ['there, its options in another order', {}, FSTAB],
    [
      'mended in its place',
      { options: ['ro'] },
      FSTAB.replace('nfs01:/a /mnt/a nfs ro,_netdev 0 0', 'nfs01:/a /mnt/a nfs ro 0 0'),
    ],
    ['new at the end', { path: '/mnt/b c' }, `${FSTAB}nfs01:/a /mnt/b\\040c nfs _netdev,ro 0 0\n`],
    [
      'by a name with a blank',
      { path: '/srv/my data', type: 'xfs' },
      FSTAB.replace(/^.*my.*$/m, 'nfs01:/a /srv/my\\040data xfs _netdev,ro 0 0'),
    ],
  ])('%s', (_, change, after) => {
    const wanted = { ...entry, ...change };
    expect(withEntry(FSTAB, wanted, [wanted.path])).toBe(after);
    expect(withEntry(after, wanted, [wanted.path])).toBe(after);
  });

  test('a second line for the same path goes; so does a line under the real name', () => {
    const twice = `${FSTAB}old:/a /real/a nfs ro 0 0\nnfs01:/a /mnt/a nfs rw 0 0`;
    expect(withEntry(twice, entry, ['/mnt/a', '/real/a'])).toBe(FSTAB);
    expect(withoutEntry(twice, ['/mnt/a', '/real/a'])).toBe(FSTAB.replace(/^nfs01:\/a.*\n/m, ''));
  });

  test('foreign lines stay to the byte', () => {
    const foreign = FSTAB.replace(/^nfs01.*\n/m, '').replaceAll('\n', '\r\n');
    expect(withEntry(foreign, entry, ['/mnt/a'])).toBe(`${foreign}nfs01:/a /mnt/a nfs _netdev,ro 0 0\r\n`);
    expect(fstabLine({ ...entry, options: [] })).toBe('nfs01:/a /mnt/a nfs defaults 0 0');
  });
});
