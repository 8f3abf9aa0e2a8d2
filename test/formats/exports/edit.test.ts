import { describe, expect, test } from 'vitest';
import { hasExport, withExportCommentedOut, withExports } from '../../../src/formats/exports/edit.ts';
import { parseExports } from '../../../src/formats/exports/read.ts';
import { unserved, withoutServed, withServed } from '../../../src/formats/exports/table.ts';
import { flagsOf, makeFiles } from './corpus.ts';

/** What a text exports, without the entries of one folder and some clients. */
function others(text: string, path: string, clients: readonly string[]): readonly string[] {
  return parseExports(text)
    .filter((entry) => entry.path !== path || !clients.includes(entry.client.toLowerCase()))
    .map(({ path: at, client, options }) => `${at} ${client} ${flagsOf(options)}`);
}

describe('entries are corrected and added', () => {
  const EXPORTS = `# mine
/srv  *(ro)  10.0.0.0/8(rw,sync) # all
"/srv/with blank" c1(ro)
/srv/a\\040b c1 c2(rw,no_root_squash)
`;

  test('in their place, and at the end in the order of their names', () => {
    const after = withExports(
      EXPORTS,
      '/srv/a b',
      ['c10', 'c2', 'c9', 'c9', 'FD00::1', '10.0.0.2'],
      'rw,sync',
    );
    expect(after).toBe(`${EXPORTS.replace('(rw,no_root_squash)', '(rw,sync)')}/srv/a\\040b 10.0.0.2(rw,sync)
/srv/a\\040b c9(rw,sync)
/srv/a\\040b c10(rw,sync)
/srv/a\\040b FD00::1(rw,sync)
`);
    expect(withExports(after, '/srv/a b', ['c10', 'c2', 'c9', 'fd00:0::1', '10.0.0.2'], 'sync,rw')).toBe(
      after,
    );
  });

  test.each([
    ['by another spelling of the folder', '/srv/ c1(ro)\n', '/srv/ c1(rw)\n'],
    ['with defaults that are wanted', '/srv -rw c1(sync)\n', '/srv -rw c1(rw)\n'],
    ['with defaults alone', '/srv -rw c1 c2(ro)\n', '/srv -rw c1 c2(ro)\n'],
    [
      'with defaults that are not wanted, beside others',
      '/srv -no_root_squash c1(rw) c2(ro) # x\n',
      '/srv -no_root_squash c2(ro)\n/srv c1(rw)\n',
    ],
    ['with defaults that are not wanted, alone', '# x\n/srv -sync c1\n', '# x\n/srv c1(rw)\n'],
    [
      'before defaults that would be for everyone then',
      '/srv c2 -sync c1(rw)\n/b c1\n',
      '/srv c2\n/b c1\n/srv c1(rw)\n',
    ],
    [
      'between two words of defaults',
      '/srv -sync c1 -ro c2(insecure)\n',
      '/srv c2(sync,ro,insecure)\n/srv c1(rw)\n',
    ],
    ['in quotes', '"/srv" "c1"(ro)\n', '"/srv" c1(rw)\n'],
    ['below a line that goes on', '/b c1 \\\n', '/b c1 \\\n\n/srv c1(rw)\n'],
    ['below a line that goes on, without its end', '/b c1 \\', '/b c1 \\\n\n/srv c1(rw)\n'],
    ['over several lines', '/srv c2 \\\n  c1(ro) \\\n  c3\n', '/srv c2 \\\n  c1(rw) \\\n  c3\n'],
  ])('%s', (_, before, after) => {
    expect(withExports(before, '/srv', ['c1'], 'rw')).toBe(after);
    expect(withExports(after, '/srv', ['c1'], 'rw')).toBe(after);
  });

  test('in any file: the client is served as wanted, and all others as before', () => {
    for (const text of makeFiles(100, 1)) {
      for (const { path, client } of parseExports(text)) {
        if (!/^[0-9a-f]/i.test(client)) continue;
        const after = withExports(text, path, [client], 'rw,sync');
        const own = parseExports(after).filter((entry) => entry.path === path && entry.client === client);
        expect([text, own.map(({ options }) => [...new Set(options)].sort().join())]).toEqual([
          text,
          own.map(() => 'rw,sync'),
        ]);
        expect(own).not.toEqual([]);
        expect(others(after, path, [client.toLowerCase()])).toEqual(
          others(text, path, [client.toLowerCase()]),
        );
        expect(withExports(after, path, [client], 'rw,sync')).toBe(after);
      }
    }
  });
});

describe('entries are commented out', () => {
  test.each([
    ['alone', '/srv c1(rw)\n/b c1\n', '# why\n# /srv c1(rw)\n/b c1\n'],
    ['alone, at the end', '/srv c1(rw)', '# why\n# /srv c1(rw)'],
    [
      'over several lines, beside others',
      '/srv -sync \\\n  c1(rw) \\\n  c2(ro)\n',
      '# why\n# /srv -sync \\\n#   c1(rw) \\\n#   c2(ro)\n/srv -sync c2(ro)\n',
    ],
    ['before defaults', '/srv c2 -ro c1', '# why\n# /srv c2 -ro c1\n/srv c2\n'],
    ['indented, with Windows line ends', '  /srv c1 c2\r\n', '# why\r\n#   /srv c1 c2\r\n/srv c2\r\n'],
  ])('%s', (_, before, after) => {
    expect(withExportCommentedOut(before, '/srv', 'c1', 'why')).toBe(after);
    expect(hasExport(before, '/srv', 'c1')).toBe(true);
    expect(hasExport(after, '/srv', 'c1')).toBe(false);
  });

  test('everyone, however that is written', () => {
    for (const text of ['/srv', '/srv *', '/srv (rw)', '/srv -rw', '/srv *(rw) -ro']) {
      expect(parseExports(withExportCommentedOut(text, '/srv', '*', 'why'))).toEqual([]);
    }
    const shared = '/srv c1(rw) -ro\n';
    expect(withExportCommentedOut(shared, '/srv', '*', 'why')).toBe(`# why\n# ${shared}/srv c1(rw)\n`);
  });

  test('in any file: all other clients are served as before', () => {
    for (const text of makeFiles(100, 2)) {
      for (const { path, client } of parseExports(text)) {
        const after = withExportCommentedOut(text, path, client, 'why');
        expect(hasExport(after, path, client)).toBe(false);
        const rest = parseExports(text).filter((entry) => entry.path !== path || entry.client !== client);
        expect([text, parseExports(after).map(meaning)]).toEqual([text, rest.map(meaning)]);
      }
    }
  });

  const meaning = ({ path, client, options }: ReturnType<typeof parseExports>[number]) =>
    `${path} ${client} ${options.join()}`;
});

describe("the server's table", () => {
  test('by path, client and options', () => {
    const table =
      '/srv\tc1.example.org(rw,sync,wdelay,sec=sys)\n/srv\tfd00::1(ro,sync)\n/srv/x\tc3(rw,sync)\n';
    const clients = ['c1', 'fd00::1', 'c3', 'c1.example'];
    expect(unserved(table, '/srv', clients, 'rw,sync')).toEqual(['fd00::1', 'c3', 'c1.example']);
    expect(unserved(withServed(table, '/srv', clients, 'rw,sync'), '/srv', clients, 'rw,sync')).toEqual([]);
    expect(withServed(table, '/srv', ['c3'], 'rw')).toBe(`${table}/srv\tc3(rw)\n`);
    expect(withoutServed(table, ({ client }) => client === 'c3')).toBe(table.replace(/^.*c3.*\n/m, ''));
  });
});
