import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseExportFiles, parseExports } from '../../../src/formats/exports/read.ts';
import { comparable, flagsOf } from './corpus.ts';
import type { RecordedFile, TableRow } from './corpus.ts';

/** What exportfs made of these files; `exportfs.root.test.ts` wrote it. */
const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'exportfs.json'), 'utf8'),
) as readonly RecordedFile[];

test('200 generated files are read as exportfs reads them', () => {
  for (const { text, table } of recorded) {
    const rows = parseExports(text).map(({ path, client, options }): TableRow => {
      return [path, client, flagsOf(options)];
    });
    expect([text, comparable(rows)]).toEqual([text, table]);
  }
});

describe('one file', () => {
  test.each<[string, string, readonly (readonly [string, string, string])[]]>([
    ['nothing', '', []],
    ['comments only', '# /srv *(rw)\n\n  # more \\\n', []],
    [
      'several clients',
      '/srv  *(ro)  10.0.0.0/8(rw,sync) # all\n',
      [
        ['/srv', '*', 'ro'],
        ['/srv', '10.0.0.0/8', 'rw,sync'],
      ],
    ],
    ['a client without options', '/srv c1', [['/srv', 'c1', '']]],
    ['a folder alone is for everyone', '/srv\n', [['/srv', '*', '']]],
    ['options alone are for everyone', '/srv (rw)\n', [['/srv', '*', 'rw']]],
    [
      'a blank before the options: they are for everyone',
      '/srv c1 (rw)\n',
      [
        ['/srv', 'c1', ''],
        ['/srv', '*', 'rw'],
      ],
    ],
    [
      'defaults count for the clients after them',
      '/srv c0(ro) -sync c1(rw) c2 -no_root_squash,rw c3(ro)\n',
      [
        ['/srv', 'c0', 'ro'],
        ['/srv', 'c1', 'sync,rw'],
        ['/srv', 'c2', 'sync'],
        ['/srv', 'c3', 'sync,no_root_squash,rw,ro'],
      ],
    ],
    ['defaults alone are for everyone', '/srv -rw\n', [['/srv', '*', 'rw']]],
    [
      'defaults at the end are for everyone',
      '/srv c1(rw) -ro\n',
      [
        ['/srv', 'c1', 'rw'],
        ['/srv', '*', 'ro'],
      ],
    ],
    ['the word after defaults is a client, whatever it is', '/srv -ro -rw\n', [['/srv', '-rw', 'ro']]],
    ['slashes that do not matter', '/srv//x/ c1(rw)\n', [['/srv/x', 'c1', 'rw']]],
    ['the root folder', '/ c1(rw)\n', [['/', 'c1', 'rw']]],
    [
      'quotes and octal escapes',
      '"/srv/my data" c1\n/srv/a\\040b c1\n/s"rv/x y" "c1"(ro)\n/gr\\303\\274n c1\n',
      [
        ['/srv/my data', 'c1', ''],
        ['/srv/a b', 'c1', ''],
        ['/srv/x y', 'c1', 'ro'],
        ['/grün', 'c1', ''],
      ],
    ],
    [
      'continued lines',
      '/srv \\\n  c1(rw) \\\n\tc2(ro)\n/b c3\n',
      [
        ['/srv', 'c1', 'rw'],
        ['/srv', 'c2', 'ro'],
        ['/b', 'c3', ''],
      ],
    ],
    [
      'a comment is not continued',
      '/srv c1(rw) # see \\\n/b c2\n',
      [
        ['/srv', 'c1', 'rw'],
        ['/b', 'c2', ''],
      ],
    ],
    ['a # within a word', '/srv/a#b c1(rw)\n', [['/srv/a#b', 'c1', 'rw']]],
    [
      'IPv6, netgroups and patterns as they are written',
      '/srv fd00::1(rw) fd00::/64 [fd00::1](rw) @hosts(ro) *.example.com\n',
      [
        ['/srv', 'fd00::1', 'rw'],
        ['/srv', 'fd00::/64', ''],
        ['/srv', '[fd00::1]', 'rw'],
        ['/srv', '@hosts', 'ro'],
        ['/srv', '*.example.com', ''],
      ],
    ],
    [
      'carriage returns',
      '/srv c1(rw)\r\n/b c2\r\n',
      [
        ['/srv', 'c1', 'rw'],
        ['/b', 'c2', ''],
      ],
    ],
    [
      'a syntax error, at which exportfs stops',
      '/srv c1(rw c2\n/b c3(rw)x\n/c c4\n',
      [
        ['/srv', 'c1', 'rw'],
        ['/srv', 'c2', ''],
        ['/b', 'c3', 'rw'],
        ['/c', 'c4', ''],
      ],
    ],
    [
      "the server's own table",
      '/srv\tc1.example.org(rw,sync,wdelay,sec=sys,rw)\n/srv\t(ro,sync)\n',
      [
        ['/srv', 'c1.example.org', 'rw,sync,wdelay,sec=sys,rw'],
        ['/srv', '*', 'ro,sync'],
      ],
    ],
  ])('%s', (_, text, expected) => {
    const found = parseExports(text).map(({ path, client, options }) => [path, client, options.join()]);
    expect(found).toEqual(expected);
  });
});

describe('several files', () => {
  const row = (file: string, line: number, text: string) => ({ file, line, text });

  test.each([
    [
      'an entry has the number of its first line',
      [row('/a', 3, '/srv/a \\'), row('/a', 4, '  c1(rw) \\'), row('/a', 5, ' *'), row('/a', 8, '/b c2')],
      ['/a:3 /srv/a c1', '/a:3 /srv/a *', '/a:8 /b c2'],
    ],
    [
      'a blank line that was left out ends what a backslash continues',
      [row('/a', 1, '/srv/a c1 \\'), row('/a', 3, '/b c2')],
      ['/a:1 /srv/a c1', '/a:3 /b c2'],
    ],
    [
      'no line continues in another file',
      [row('/a', 1, '/srv/a c1 \\'), row('/b', 2, '/b c2')],
      ['/a:1 /srv/a c1', '/b:2 /b c2'],
    ],
    ['comments are no entries', [row('/a', 1, '# /srv c1'), row('/a', 2, '/b c2')], ['/a:2 /b c2']],
  ])('%s', (_, lines, expected) => {
    expect(
      parseExportFiles(lines).map(({ file, line, path, client }) => `${file}:${line} ${path} ${client}`),
    ).toEqual(expected);
  });
});
