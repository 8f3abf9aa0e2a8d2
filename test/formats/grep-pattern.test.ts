import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  clientPattern,
  escapeBasic,
  mountTablePattern,
  sourcePattern,
} from '../../src/formats/grep-pattern.ts';

/** The lines that grep finds. */
const grep = (pattern: string, lines: readonly string[]): readonly string[] =>
  spawnSync('grep', ['-e', pattern], { input: lines.join('\n'), encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line !== '');

describe('patterns for grep', () => {
  test('a text matches just itself', () => {
    const odd = 'a.b*[c]^d$e\\f';
    expect(grep(escapeBasic(odd), [odd, 'aXbbc^d$e\\f'])).toEqual([odd]);
  });

  test('mounts by path, and by path and source', () => {
    const at = '/srv/my base';
    const entry = { source: 'nfs01:/a.b/', path: at, type: 'nfs4', options: [] };
    const line = (path: string, type: string, source: string) =>
      `120 26 0:38 / ${path} rw,relatime shared:57 - ${type} ${source} rw`;
    const right = line('/srv/my\\040base', 'nfs4', 'nfs01:/a.b');
    const version3 = line('/srv/my\\040base', 'nfs', 'nfs01:/a.b');
    const other = line('/srv/my\\040base', 'nfs4', 'nfs01:/aXb');
    const local = line('/srv/my\\040base', 'ext4', '/dev/sda1');
    const deeper = line('/srv/my\\040base/x', 'nfs4', 'nfs01:/a.b');
    const all = [right, version3, other, local, deeper];
    expect(grep(mountTablePattern(at), all)).toEqual([right, version3, other, local]);
    expect(grep(mountTablePattern(at, entry), all)).toEqual([right, version3]);
    expect(grep(mountTablePattern(at, { ...entry, type: 'ext4' }), all)).toEqual([
      right,
      version3,
      other,
      local,
    ]);
    expect(grep(sourcePattern(entry), all)).toEqual([right, version3, deeper]);
  });

  test('clients by their address', () => {
    const lines = [
      'address: "10.0.0.2:870"',
      'address: "[::ffff:10.0.0.2]:870"',
      'address: "10.0.0.21:870"',
      'address: "[fd00::2]:870"',
    ];
    expect(grep(clientPattern('10.0.0.2'), lines)).toEqual(lines.slice(0, 2));
    expect(grep(clientPattern('fd00::2'), lines)).toEqual(lines.slice(3));
  });
});
