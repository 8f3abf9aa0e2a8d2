import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { group, user } from '../../src/facts/account.ts';
import { content } from '../../src/facts/content.ts';
import { folder as folderFact } from '../../src/facts/folder.ts';
import { sysctl } from '../../src/facts/kernel.ts';
import { mounts } from '../../src/facts/mounts.ts';
import { mountAt } from '../../src/formats/mountinfo.ts';
import { path } from '../../src/facts/path.ts';
import { port, succeeds } from '../../src/facts/probe.ts';
import { installed } from '../programs.ts';
import { shells } from '../shell/shells.ts';
import { ask } from './read.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-facts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Lets a script believe in one more mount. */
function withMount(at: string, type: string) {
  const line = `999 1 0:99 / ${at} rw - ${type} server:/x rw`;
  return (script: string) =>
    script.replace('$(cat /proc/self/mountinfo)', `$(cat /proc/self/mountinfo; printf '%s\\n' '${line}')`);
}

const NAMES = [
  'plain',
  'with blank',
  "it's",
  '-n',
  '*',
  '$(id)',
  'ümläut',
  'back\\slash',
  '[x]',
  '%s',
  'a  b',
];

describe.each(shells)('$name', (shell) => {
  test('paths of any name and kind', () => {
    const paths = NAMES.map((name) => join(folder, name));
    for (const each of paths) writeFileSync(each, 'four', { mode: 0o640 });
    symlinkSync('a  target\\', join(folder, 'link'));
    mkdirSync(join(folder, 'folder'), { mode: 0o1775 });
    const more = ['link', 'folder', 'nothing', 'plain/below'].map((name) => join(folder, name));
    const answers = ask(
      shell,
      path,
      [...paths, ...more, '/dev/null'].map((each) => ({ path: each })),
    );
    const { uid, gid } = userInfo();
    for (const each of answers.slice(0, NAMES.length))
      expect(each).toMatchObject({ kind: 'file', mode: '0640', uid, gid, size: 4 });
    expect(answers.slice(NAMES.length)).toMatchObject([
      { kind: 'link', target: 'a  target\\' },
      { kind: 'directory' },
      { kind: 'absent' },
      { kind: 'absent' },
      { kind: 'other', owner: 'root' },
    ]);
  });

  test('contents to the byte, all at once', () => {
    const bytes: Readonly<Record<string, Buffer>> = {
      plain: Buffer.from('a\n'),
      'without newline': Buffer.from('a'),
      empty: Buffer.from(''),
      'Latin-1': Buffer.from('\xff\xfe\xe2\x82', 'latin1'),
      'the rest of a character': Buffer.from('\xac\n', 'latin1'),
      NUL: Buffer.from('a\0b'),
      'like a frame': Buffer.from('\n@@other content one /etc/passwd\n'),
      large: Buffer.alloc(1024 * 1024, 'x'),
      'too large': Buffer.alloc(1024 * 1024 + 1, 'x'),
      last: Buffer.from('last\n\n'),
    };
    for (const [name, each] of Object.entries(bytes)) writeFileSync(join(folder, name), each);
    symlinkSync('last', join(folder, 'link'));
    mkdirSync(join(folder, 'folder'));
    const names = [...Object.keys(bytes), 'link', 'folder', 'nothing'];
    const answers = ask(
      shell,
      content,
      names.map((name) => ({ path: join(folder, name) })),
    );
    expect(answers.map((text) => text?.slice(0, 40))).toEqual([
      'a\n',
      'a',
      '',
      '\udcff\udcfe\udce2\udc82',
      '\udcac\n',
      'a\0b',
      '\n@@other content one /etc/passwd\n',
      'x'.repeat(40),
      undefined,
      'last\n\n',
      'last\n\n',
      undefined,
      undefined,
    ]);
    expect(answers[7]).toHaveLength(1024 * 1024);
  });

  test('files of /proc, which have no size', () => {
    const [release] = ask(shell, content, [{ path: '/proc/sys/kernel/osrelease' }]);
    expect(release).toBe(readFileSync('/proc/sys/kernel/osrelease', 'utf8'));
  });

  test('nothing on a network mount is looked at', () => {
    const at = join(folder, 'a b');
    mkdirSync(join(at, 'below'), { recursive: true });
    writeFileSync(join(at, 'file'), 'x');
    writeFileSync(join(folder, 'a bc'), 'x');
    const paths = [at, join(at, 'file'), join(folder, 'a bc')].map((each) => ({ path: each }));
    const mounted = withMount(at.replaceAll(' ', '\\040'), 'nfs4');
    expect(ask(shell, path, paths, mounted)).toMatchObject([
      { kind: 'remote' },
      { kind: 'remote' },
      { kind: 'file' },
    ]);
    expect(ask(shell, content, paths, mounted)).toEqual([null, null, 'x']);
    const folders = [at, join(at, 'below'), join(at, 'no/such')].map((each) => ({ path: each }));
    expect(ask(shell, folderFact, folders, mounted).map(({ kind }) => kind)).toEqual([
      'mounted',
      'remote',
      'remote',
    ]);
    expect(ask(shell, path, paths, withMount(at.replaceAll(' ', '\\040'), 'ext4'))[1]).toMatchObject({
      kind: 'file',
    });
    expect(ask(shell, path, paths, withMount('/', 'nfs4'))[1]).toMatchObject({ kind: 'file' });
  });

  test('folders: what is in them, however it is named', () => {
    const real = join(folder, 'real');
    mkdirSync(join(real, 'full'), { recursive: true });
    mkdirSync(join(real, 'empty'));
    mkdirSync(join(real, 'many'));
    symlinkSync('real', join(folder, 'alias'));
    const hostile = [...NAMES, '.hidden', '..double', 'new\nline'];
    for (const name of hostile) writeFileSync(join(real, 'full', name), '');
    symlinkSync('nowhere', join(real, 'full', 'dangling'));
    for (let i = 0; i < 1234; i++) writeFileSync(join(real, 'many', String(i)), '');
    writeFileSync(join(real, 'file'), '');
    const names = ['alias/full', 'alias/empty', 'real/many', 'alias', 'real/file', 'nothing', 'no/such'];
    const answers = ask(
      shell,
      folderFact,
      names.map((name) => ({ path: join(folder, name) })),
    );
    expect(answers[0]).toMatchObject({
      kind: 'directory',
      real: join(real, 'full'),
      total: hostile.length + 1,
    });
    expect([...(answers[0]?.entries ?? [])].sort()).toEqual([...hostile, 'dangling'].sort());
    expect(answers[1]).toEqual({ kind: 'directory', real: join(real, 'empty'), total: 0, entries: [] });
    expect(answers[2]).toMatchObject({ total: 1234 });
    expect(answers[2]?.entries).toHaveLength(1000);
    expect(answers.slice(3).map(({ kind }) => kind)).toEqual(['link', 'other', 'absent', 'absent']);
    expect(answers[6]?.real).toBe(join(folder, 'no/such'));
  });

  test('a mount point is known by its real name', () => {
    mkdirSync(join(folder, 'real/base'), { recursive: true });
    symlinkSync('real', join(folder, 'alias'));
    const [answer] = ask(
      shell,
      folderFact,
      [{ path: join(folder, 'alias/base') }],
      withMount(join(folder, 'real/base'), 'nfs4'),
    );
    expect(answer).toEqual({ kind: 'mounted', real: join(folder, 'real/base'), total: 0, entries: [] });
  });

  test('mounts of this machine', () => {
    const [all = []] = ask(shell, mounts, [{}]);
    expect(mountAt(all, '/proc')).toMatchObject({ type: 'proc' });
  });

  test('kernel parameters', () => {
    const [known, unknown] = ask(shell, sysctl, [{ name: 'kernel.ostype' }, { name: 'no.such' }]);
    expect([known, unknown]).toEqual(['Linux', null]);
  });

  test('tests of people', () => {
    const scripts = ['true', 'exit 3', 'echo noise', 'cat', 'kill $$', 'test \'a b\' = "a b"'].map(
      (script) => ({ script }),
    );
    expect(ask(shell, succeeds, scripts)).toEqual([true, false, true, true, false, true]);
  });
});

test.skipIf(!installed('getent'))('accounts of this machine', () => {
  for (const shell of shells.filter(({ name }) => name !== 'busybox')) {
    expect(ask(shell, user, [{ name: 'nobody-here' }, { name: 'root' }])).toMatchObject([
      null,
      { uid: 0, gid: 0, home: '/root' },
    ]);
    expect(ask(shell, group, [{ name: 'root' }, { name: 'nobody-here' }])).toEqual([{ gid: 0 }, null]);
  }
});

test('ports, open and closed', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const number = address !== null && typeof address === 'object' ? address.port : 0;
  const program = shells[0];
  if (program === undefined) throw new Error('no shell');
  expect(ask(program, port, [{ host: '127.0.0.1', port: number }])).toEqual([true]);
  await new Promise((resolve) => server.close(resolve));
  expect(ask(program, port, [{ host: '127.0.0.1', port: number }])).toEqual([false]);
});
