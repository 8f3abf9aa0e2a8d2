/** Open base files are found by device and inode, with real processes, mounts and mount namespaces. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFiles } from '../../src/facts/open-files.ts';
import type { FileUser, OpenFiles } from '../../src/facts/open-files.ts';
import { parseAnswers, queryScript } from '../../src/facts/query.ts';
import { quote } from '../../src/shell/quote.ts';
import { shells } from './ask.ts';

/** What is done before a process has a base file open: `$base` is the real `_base`, `$else` a folder elsewhere. */
interface Way {
  readonly name: string;
  readonly before?: string;
  /** The path that the process opens. */
  readonly path: string;
  readonly after?: string;
  /** The process mounts this in a mount namespace of its own, before it opens the file. */
  readonly own?: string;
  /** Whether the name of the open file shows which base file it is. */
  readonly byName?: boolean;
}

const WAYS: readonly Way[] = [
  { name: 'plain', path: '$base/plain', byName: true },
  { name: 'hard link', before: 'ln "$base/hard link" "$else/x"', path: '$else/x' },
  {
    name: 'renamed',
    before: 'ln "$base/renamed" "$else/old"',
    path: '$else/old',
    after: 'mv "$else/old" "$else/new"',
  },
  {
    name: 'deleted link',
    before: 'ln "$base/deleted link" "$else/gone"',
    path: '$else/gone',
    after: 'rm "$else/gone"',
  },
  {
    name: 'bind mount',
    before: 'mkdir "$else/bound"; mount --bind "$base" "$else/bound"',
    path: '$else/bound/bind mount',
  },
  {
    name: 'unmounted lazily',
    before: 'mkdir "$else/lazy"; mount --bind "$base" "$else/lazy"',
    path: '$else/lazy/unmounted lazily',
    after: 'umount -l "$else/lazy"',
  },
  {
    name: 'own namespace',
    before: 'mkdir "$else/own"',
    own: 'mount --bind "$base" "$else/own"',
    path: '$else/own/own namespace',
  },
];

/** Starts a process that has one file open, and waits until it has. Its process id is printed on stderr. */
function start({ name, before = ':', path, after = ':', own }: Way): string {
  const ready = `"$else/ready ${name}"`;
  const hold = `exec 9<"${path}"; : >${ready}; exec "$else/qemu-stand-in" 600`;
  const child =
    own === undefined
      ? `(${hold}) &`
      : `base=$base else=$else unshare -m --propagation private sh -c ${quote(`${own}; ${hold}`)} &`;
  return `${before}
${child}
echo "${name}:$!" >&2; pids="$pids $!"
until [ -e ${ready} ]; do sleep 0.05; done
${after}`;
}

/** Runs the fact's script beside processes that have base files open. All mounts are in a namespace that ends with it. */
function look(shell: readonly string[], ways: readonly Way[], { isMounted = false, timeout = '' } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'fastboot open-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const base = join(root, 'real/_base');
  const instances = join(root, 'instances');
  for (const folder of [base, join(root, 'else')]) mkdirSync(folder, { recursive: true });
  symlinkSync('real', instances);
  const bin = join(root, 'bin');
  mkdirSync(bin);
  if (timeout !== '') writeFileSync(join(bin, 'timeout'), `#!/bin/sh\n${timeout}\n`);
  if (timeout !== '') chmodSync(join(bin, 'timeout'), 0o755);
  for (const { name } of ways) writeFileSync(join(base, name), name);
  writeFileSync(join(root, 'else/unrelated'), '');
  const query = openFiles({ folder: instances, seen: instances });
  const line = `999 1 0:99 / ${base.replaceAll(' ', '\\040')} rw - nfs4 h:/c rw`;
  const script = queryScript([query], 'abc').replace(
    '$(cat /proc/self/mountinfo)',
    isMounted ? `$(cat /proc/self/mountinfo; printf '%s\\n' '${line}')` : '$&',
  );
  const run = `base=$1 else=$2 pids=; shift 2
cp "$(command -v sleep)" "$else/qemu-stand-in"
${[...ways, { name: 'unrelated', path: '$else/unrelated' }].map(start).join('\n')}
${isMounted ? 'mount -n -t tmpfs none "$base"' : ''}
"$@" -s
kill $pids`;
  const ids = new Map(ways.map(({ name }) => [name, statSync(join(base, name))] as const));
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['-m', '--propagation', 'private', 'sh', '-c', run, 'sh', base, join(root, 'else'), ...shell],
    { input: script, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C' } },
  );
  const answer: OpenFiles = parseAnswers([query], 'abc', stdout).read(query);
  const pids = new Map(
    [...stderr.toString().matchAll(/^(.*):(\d+)$/gm)].map(([, name = '', pid]) => [name, Number(pid)]),
  );
  const userOf = (name: string): FileUser | undefined =>
    answer.users.find(({ pid }) => pid === pids.get(name));
  return { answer, pids, userOf, idOf: (name: string) => ids.get(name), base };
}

describe.each(shells.map((shell) => ({ shell, name: shell.join(' ') })))('$name', ({ shell }) => {
  test.each([
    ['in a plain folder', false],
    ['under a network mount', true],
  ])('%s: base files that are open by whatever name', (_, isMounted) => {
    const { answer, userOf, idOf, base } = look(shell, WAYS, { isMounted });
    expect(answer).toMatchObject({ complete: true, hidden: [] });
    for (const { name, byName = false } of WAYS) {
      const user = userOf(name);
      const id = idOf(name);
      expect([name, user?.bases]).toEqual([name, [`${id?.dev}:${id?.ino}`]]);
      expect([name, user?.paths.includes(join(base, name)) ?? false]).toEqual([name, byName]);
    }
    expect(userOf('unrelated')).toBeUndefined();
  });

  test('a QEMU with a file that does not answer in time counts as hidden', () => {
    const ways = WAYS.filter(({ name }) => name === 'unmounted lazily');
    const { answer, pids } = look(shell, ways, { timeout: 'exit 137' });
    expect(answer.users.flatMap(({ bases }) => bases)).toEqual([]);
    expect(answer.hidden).toEqual([{ pid: pids.get('unmounted lazily'), command: 'qemu-stand-in' }]);
  });
});
