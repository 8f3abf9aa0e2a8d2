/**
 * exportfs(8) itself reads 200 generated files, each in a mount namespace with an `/etc/exports` and a table of its own.
 * What it makes of them is compared with the recorded table, by which `read.test.ts` tests the reader without root.
 * `vitest -u` records it anew.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { comparable, flagsOf, FOLDERS, makeFiles, ROOT } from './corpus.ts';
import type { TableRow } from './corpus.ts';

const FILES = 200;
const SEED = 20261130;

const folder = mkdtempSync(join(tmpdir(), 'fastboot-exports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The host's own exportfs, else the one of Debian's package, which is unpacked and not installed. */
function exportfs(): string {
  const installed = spawnSync('sh', ['-c', 'command -v exportfs || command -v /usr/sbin/exportfs']);
  if (installed.status === 0) return installed.stdout.toString().trim();
  const unpack = 'apt-get -q download nfs-kernel-server && dpkg -x nfs-kernel-server_*.deb .';
  const { status, stderr } = spawnSync('sh', ['-c', unpack], { cwd: folder });
  if (status !== 0) throw new Error(`no exportfs on this machine, and none from apt: ${stderr.toString()}`);
  return join(folder, 'usr/sbin/exportfs');
}

/** Reads `FOLDER/NUMBER` as /etc/exports, and writes the table to `FOLDER/NUMBER.table`. */
const READ_ALL = `set -eu
mount -t tmpfs none /var/lib/nfs
mount -t tmpfs none /etc/exports.d
mount -t tmpfs none /srv
IFS='
'
for name in $4; do mkdir -p "$3/$name"; done
unset IFS
for file in "$2"/*.exports; do
  cat "$file" >/etc/exports
  : >/var/lib/nfs/etab
  "$1" -ra >/dev/null 2>&1 || :
  cat /var/lib/nfs/etab >"\${file%.exports}.table"
done`;

test('exportfs reads generated files as recorded', async () => {
  const program = exportfs();
  const files = makeFiles(FILES, SEED);
  files.forEach((text, index) => writeFileSync(join(folder, `${index}.exports`), text));
  const script = `for path in /var/lib/nfs /etc/exports.d /srv; do mkdir -p $path; done
[ -e /etc/exports ] || : >/etc/exports
: >"$2/etc-exports"
mount --bind "$2/etc-exports" /etc/exports
${READ_ALL}`;
  const made = ['/var/lib/nfs', '/etc/exports.d', '/etc/exports'].filter((path) => !exists(path));
  const { status, stderr } = spawnSync(
    'unshare',
    ['-m', 'sh', '-uec', script, 'sh', program, folder, ROOT, FOLDERS.join('\n')],
    { env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' } },
  );
  for (const path of made) rmSync(path, { recursive: true, force: true });
  expect([status, stderr.toString()]).toEqual([0, '']);
  expect(readdirSync(folder).filter((name) => name.endsWith('.table'))).toHaveLength(FILES);
  const recorded = files.map((text, index) => ({
    text,
    table: comparable(readTable(readFileSync(join(folder, `${index}.table`), 'latin1'))),
  }));
  const shown = recorded.map((each) => JSON.stringify(each)).join(',\n');
  await expect(`[\n${shown}\n]\n`).toMatchFileSnapshot(join(import.meta.dirname, 'exportfs.json'));
});

function exists(path: string): boolean {
  return spawnSync('test', ['-e', path]).status === 0;
}

/** The rows of a table as exportfs writes it; an export without a client has an empty name, which means everyone. */
function readTable(text: string): readonly TableRow[] {
  return text.split('\n').flatMap((line): readonly TableRow[] => {
    const [, path = '', client = '', options = ''] = /^(\S+)\t(\S*?)\((.*)\)$/.exec(line) ?? [];
    if (path === '') return [];
    const bytes = path.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
    const name = Buffer.from(bytes, 'latin1').toString('utf8');
    return [[name, client === '' ? '*' : client, flagsOf(options.split(','))]];
  });
}
