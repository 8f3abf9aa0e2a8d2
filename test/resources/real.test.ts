import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { absent } from '../../src/resources/absent.ts';
import { block } from '../../src/resources/block.ts';
import { command } from '../../src/resources/command.ts';
import { directory } from '../../src/resources/directory.ts';
import { file } from '../../src/resources/file.ts';
import { iniOption } from '../../src/resources/ini-option.ts';
import { line } from '../../src/resources/line.ts';
import { link } from '../../src/resources/link.ts';
import { waitFor } from '../../src/resources/wait-for.ts';
import { shells } from '../shell/shells.ts';
import type { Shell } from '../shell/shells.ts';
import { closeDrift, converge, readHost } from './host.ts';

const uid = String(userInfo().uid);
const gid = String(userInfo().gid);
const OWN = { owner: uid, group: gid };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-real-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Files as others leave them behind. */
const CONTENTS: Readonly<Record<string, Buffer>> = {
  plain: Buffer.from('# comment\nkey = old\nother = 1\n'),
  'without a last newline': Buffer.from('key = old\nother = 1'),
  CRLF: Buffer.from('# comment\r\nkey = old\r\nother = 1\r\n'),
  'Latin-1': Buffer.from('# gr\xfc\xdfe \xe2\x82\nkey = old\n\xff\xfe\n', 'latin1'),
  UTF8: Buffer.from('# größe €\nkey = old\n🙂\n'),
  'shell words': Buffer.from('$(touch /tmp/fastboot-owned) `id` \'"\\ %s\\n\nkey = old\n-n\n'),
  large: Buffer.from(`key = old\n${"some line that is nobody's business\n".repeat(20_000)}`),
  empty: Buffer.from(''),
};

/** All of them in one shell, those that tools treat differently in the others. */
const contentsFor = ({ name }: Shell) =>
  Object.entries(CONTENTS).filter(
    ([kind]) => name === 'dash' || ['without a last newline', 'CRLF', 'Latin-1'].includes(kind),
  );

describe.each(shells)('$name', (shell) => {
  describe('file', () => {
    test.each(contentsFor(shell).filter(([name]) => name !== 'large'))('is written over %s', (_, before) => {
      const path = join(folder, 'a b', "it's");
      mkdirSync(join(folder, 'a b'));
      writeFileSync(path, before, { mode: 0o640 });
      const content = "new $HOME `id` 'x' \\n\n\n";
      const run = converge(shell, folder, file, { path, content });
      expect(run).toMatchObject({ before: [{ action: 'update' }], after: [], failures: [] });
      expect(readFileSync(path, 'utf8')).toBe(content);
      expect(lstatSync(path).mode & 0o7777).toBe(0o640);
      expect(readFileSync(join(folder, '.fastboot/backup', path))).toEqual(before);
    });

    test('is made with its folders, owner and mode', () => {
      const path = join(folder, 'x/y/z');
      const run = converge(shell, folder, file, { path, content: 'no newline', mode: '0600', ...OWN });
      expect(run).toMatchObject({ before: [{ action: 'create' }], after: [], failures: [] });
      expect(lstatSync(path).mode & 0o7777).toBe(0o600);
      expect(readdirSync(join(folder, 'x/y'))).toEqual(['z']);
    });

    test('carries bytes that are no UTF-8', () => {
      const path = join(folder, 'x');
      const run = converge(shell, folder, file, { path, content: 'gr\udcfc\udcdfe\n', ...OWN });
      expect(run).toMatchObject({ after: [], failures: [] });
      expect(readFileSync(path)).toEqual(Buffer.from('gr\xfc\xdfe\n', 'latin1'));
    });

    test('has its mode mended, with its content left alone', () => {
      const path = join(folder, 'x');
      writeFileSync(path, 'a');
      chmodSync(path, 0o666);
      const run = converge(shell, folder, file, { path, content: 'a', mode: '0644' });
      expect(run).toMatchObject({ before: [{ reason: 'mode differs' }], after: [], failures: [] });
    });

    test('is not written where it changed after the plan was made', () => {
      const path = join(folder, 'x');
      const params = { path, content: 'mine', ...OWN };
      for (const [before, later] of [
        [undefined, 'new'],
        ['old', 'newer'],
      ] as const) {
        rmSync(path, { force: true });
        if (before !== undefined) writeFileSync(path, before);
        const [drift] = file.diff(params, readHost(shell, file.queries(params)));
        writeFileSync(path, later);
        expect(drift && closeDrift(shell, folder, file, params, drift)).toMatchObject({ code: 75 });
        expect(readFileSync(path, 'utf8')).toBe(later);
        expect(readdirSync(folder).filter((name) => name !== '.fastboot')).toEqual(['x']);
      }
    });

    test('is not written through a link that took its place', () => {
      const path = join(folder, 'x');
      writeFileSync(path, 'old');
      const params = { path, content: 'mine' };
      const [drift] = file.diff(params, readHost(shell, file.queries(params)));
      writeFileSync(join(folder, 'precious'), 'old');
      rmSync(path);
      symlinkSync('precious', path);
      expect(drift && closeDrift(shell, folder, file, params, drift)).toMatchObject({ code: 75 });
      expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('old');
    });
  });

  describe('directory, link, absent', () => {
    test('a folder is made, and its mode mended', () => {
      const path = join(folder, 'a/b c');
      const made = converge(shell, folder, directory, { path, ...OWN, mode: '1775' });
      expect(made).toMatchObject({ before: [{ action: 'create' }], after: [], failures: [] });
      expect(lstatSync(path).mode & 0o7777).toBe(0o1775);
      chmodSync(path, 0o700);
      const mended = converge(shell, folder, directory, { path, mode: '1775' });
      expect(mended).toMatchObject({ before: [{ reason: 'mode differs' }], after: [], failures: [] });
    });

    test('a link is made, and led elsewhere, also where it leads to a folder', () => {
      const path = join(folder, 'link');
      mkdirSync(join(folder, 'one'));
      expect(converge(shell, folder, link, { path, target: 'one' })).toMatchObject({
        after: [],
        failures: [],
      });
      const run = converge(shell, folder, link, { path, target: '/no where' });
      expect(run).toMatchObject({ before: [{ action: 'update' }], after: [], failures: [] });
      expect(readlinkSync(path)).toBe('/no where');
      expect(readdirSync(join(folder, 'one'))).toEqual([]);
    });

    test('a link is not made in the place of a file', () => {
      const path = join(folder, 'x');
      writeFileSync(path, 'a');
      expect(converge(shell, folder, link, { path, target: 'y' }).before).toMatchObject([
        { action: 'blocked' },
      ]);
    });

    test('file, dangling link and empty folder go; a folder with a hidden file stays', () => {
      const paths = ['file', 'link', 'empty', 'full'].map((name) => join(folder, name));
      const [one = '', two = '', three = '', four = ''] = paths;
      writeFileSync(one, 'a');
      symlinkSync('nowhere', two);
      mkdirSync(three);
      mkdirSync(four);
      writeFileSync(join(four, '.hidden\nname'), '');
      for (const path of [one, two, three]) {
        expect(converge(shell, folder, absent, { path })).toMatchObject({ after: [], failures: [] });
      }
      expect(readFileSync(join(folder, '.fastboot/backup', one), 'utf8')).toBe('a');
      expect(converge(shell, folder, absent, { path: four }).after).toMatchObject([
        { action: 'blocked', reason: `${four} is a folder with 1 entries` },
      ]);
      expect(existsSync(join(four, '.hidden\nname'))).toBe(true);
    });
  });

  describe.each(contentsFor(shell))('edits of a file: %s', (_, before) => {
    const edits = [
      { resource: line, params: { line: 'key = new', match: '^key' }, own: [/^key = (old|new)\r?\n?/m] },
      { resource: line, params: { line: "it's 100% $(new)" }, own: [/^it's 100% \$\(new\)\r?\n/m] },
      {
        resource: block,
        params: { marker: 'fastboot', content: 'a\nb\n' },
        own: [/^# BEGIN fastboot[^]*END fastboot\r?\n/m],
      },
    ];

    test.each(edits)('$resource.type $params', ({ resource, params, own }) => {
      const path = join(folder, 'shared file');
      writeFileSync(path, before, { mode: 0o640 });
      const run = converge(shell, folder, resource, { path, ...params });
      expect(run).toMatchObject({ before: [{ action: 'update' }], after: [], failures: [] });
      const foreign = (bytes: Buffer) =>
        own.reduce((text, each) => text.replace(each, ''), bytes.toString('latin1')).trimEnd();
      expect(foreign(readFileSync(path))).toBe(foreign(before));
      expect(lstatSync(path).mode & 0o7777).toBe(0o640);
    });

    test('ini_option', () => {
      const path = join(folder, 'nova.conf');
      const text = Buffer.concat([Buffer.from('[image_cache]\n#opt = 1\n'), before]);
      writeFileSync(path, text);
      const run = converge(shell, folder, iniOption, {
        path,
        section: 'image_cache',
        option: 'opt',
        value: 'false',
      });
      expect(run).toMatchObject({ before: [{ action: 'update' }], after: [], failures: [] });
      expect(readFileSync(path)).toEqual(
        Buffer.concat([Buffer.from('[image_cache]\nopt = false\n'), before]),
      );
    });
  });

  test('a line that goes takes nothing with it', () => {
    const path = join(folder, 'x');
    writeFileSync(path, Buffer.from('a\n\xff\nb\nc', 'latin1'));
    for (const each of ['a', 'c']) {
      const run = converge(shell, folder, line, { path, line: each, state: 'absent' });
      expect(run).toMatchObject({ before: [{ action: 'update' }], after: [], failures: [] });
    }
    expect(readFileSync(path)).toEqual(Buffer.from('\xff\nb\n', 'latin1'));
  });

  test('an edit is refused where the file changed after the plan was made', () => {
    const path = join(folder, 'x');
    writeFileSync(path, 'a\n');
    const params = { path, line: 'b' };
    const [drift] = line.diff(params, readHost(shell, line.queries(params)));
    writeFileSync(path, 'changed\n');
    const result = drift && closeDrift(shell, folder, line, params, drift);
    expect(result).toEqual({ code: 75, output: `${path} changed after the plan was made\n` });
    expect(readFileSync(path, 'utf8')).toBe('changed\n');
  });

  test('command: runs once, fails as it should', () => {
    const path = join(folder, 'made');
    const params = { script: `printf x >>'${path}'`, creates: path };
    expect(converge(shell, folder, command, params)).toMatchObject({
      before: [{ action: 'run' }],
      after: [],
      failures: [],
    });
    expect(converge(shell, folder, command, params).before).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('x');
    const failing = { script: 'echo why; false; echo on', unless: 'false' };
    expect(converge(shell, folder, command, failing).failures).toEqual([{ code: 1, output: 'why\n' }]);
    expect(converge(shell, folder, command, { argv: ['true'], unless: 'true' }).before).toEqual([]);
  });

  test('wait_for: what is there, and what does not come', () => {
    expect(converge(shell, folder, waitFor, { path: folder }).before).toEqual([]);
    const run = converge(shell, folder, waitFor, { path: join(folder, 'x'), timeout: 1 });
    expect(run.failures).toEqual([{ code: 1, output: `timed out after 1 s: ${folder}/x is not there\n` }]);
  });
});
