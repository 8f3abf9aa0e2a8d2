import { describe, expect, test } from 'vitest';
import { mountAt, parseMountinfo, parseMountLine } from '../../src/formats/mountinfo.ts';

describe('a line of mountinfo', () => {
  test('with all that it says', () => {
    expect(
      parseMountLine(
        '311 22 0:46 /a\\040b /mnt/c\\011d rw,relatime shared:161 master:2 - nfs4 [fd00::1]:/x\\040y ro,vers=4.2',
      ),
    ).toEqual({
      id: 311,
      parent: 22,
      device: '0:46',
      root: '/a b',
      path: '/mnt/c\td',
      type: 'nfs4',
      source: '[fd00::1]:/x y',
      options: ['rw', 'relatime', 'ro', 'vers=4.2'],
      propagation: 'shared',
    });
  });

  test.each([
    ['314 22 0:51 / /run/x rw - autofs  rw,fd=5', { source: '', propagation: 'private' }],
    ['314 22 0:51 / /run/x rw master:3 - tmpfs tmpfs rw', { source: 'tmpfs', propagation: 'slave' }],
    ['hello', undefined],
    ['314 22 0:51 / /run/x rw', undefined],
  ])('%s', (line, expected) => {
    const read = parseMountLine(line);
    if (expected === undefined) expect(read).toBeUndefined();
    else expect(read).toMatchObject(expected);
  });
});

describe('a mount table', () => {
  const line = (id: number, parent: number, path: string, type: string) =>
    `${id} ${parent} 0:1 / ${path} rw - ${type} x rw\n`;

  test('the uppermost mount of a path is the one that is seen', () => {
    const read = parseMountinfo(
      line(22, 1, '/', 'ext4') + line(23, 22, '/srv', 'xfs') + line(24, 23, '/srv', 'nfs4'),
    );
    if (!read.ok) throw new Error(read.error);
    expect(mountAt(read.value, '/srv')).toMatchObject({ id: 24 });
    expect(mountAt(read.value, '/srv/x')).toBeUndefined();
  });

  test('the error is the first line that cannot be read', () => {
    expect(parseMountinfo(`${line(22, 1, '/', 'ext4')}hello\n`)).toEqual({ ok: false, error: 'hello' });
  });
});
