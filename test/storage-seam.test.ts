/**
 * The pool's storage is NFS today, and only a few files of src may know: those whose names begin with `nfs`, the formats
 * of files on hosts, and the playbooks. Another storage is then a few files more, and no other file changes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../src');

/** Where the words may stand. */
const HOMES = [
  /^formats\//,
  /^facts\/nfs-/,
  /^resources\/nfs-/,
  /^pool\/storage\/nfs/,
  // the one line that says which storage is used
  /^pool\/storage\/index\.ts$/,
];

/** The words of NFS: its names and versions, its server's programs and files, and what it calls to let a client in. */
const WORDS =
  /nfs|Nfs|NFS|mountd|exportfs|rmtab|\betab\b|\bexports\b|\bexported\b|\bexporting\b|\bexport (?:line|address|table)|root_squash/;

/** Names of the inventory that files of src may use, each with the reason. */
const ALLOWED: readonly { readonly files: RegExp; readonly names: RegExp; readonly reason: string }[] = [
  {
    files: /^inventory\//,
    names: /nfs[_-]backend/g,
    reason: 'the group of the backend, in both spellings: users have it in their inventories',
  },
  {
    files: /^inventory\/(?:settings|settings-values|starter|inventory)\.ts$/,
    names:
      /\bnfs(?:: \{|\.(?:version|threads|mount_options|copy_limit))|NFS version|NFS server|\(\?:nfs\)\?vers=\.\*|nfs4\?/g,
    reason: 'the section `fastboot.nfs` of the inventory, and what its settings mean',
  },
  {
    files: /^inventory\/(?:starter|connection-variables)\.ts$/,
    names: /\bnfs01\b/g,
    reason: 'the name of the host in examples',
  },
  {
    files: /^pool\/apply\//,
    names: /settings\.nfs\b/g,
    reason: 'the setting `fastboot.nfs.copy_limit`, which is about copies to any storage',
  },
];

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:ts|sh|py)$/.test(file))
  .filter((file) => !HOMES.some((home) => home.test(file)));

/** Lines with a word of NFS, without the names that this file may use. */
function strangers(file: string, text: string): readonly string[] {
  const names = ALLOWED.filter((each) => each.files.test(file));
  return text.split('\n').flatMap((line, index) => {
    const rest = names.reduce((left, each) => left.replaceAll(each.names, ''), line);
    return WORDS.test(rest) ? [`${file}:${index + 1}: ${line.trim()}`] : [];
  });
}

describe('words of NFS', () => {
  test('stand only in the files of the storage', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap((file) => strangers(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  test.each(ALLOWED)('$reason: still needed', ({ files: where, names }) => {
    const texts = files
      .filter((file) => where.test(file))
      .map((file) => readFileSync(join(root, file), 'utf8'));
    expect(texts.some((text) => text.match(names) !== null)).toBe(true);
  });

  test.each([
    ['a type', "type: 'nfs4'"],
    ['an identifier', 'isNfs(type)'],
    ['a file of the server', '/var/lib/nfs/etab'],
    ['a word of a message', 'its export line stays'],
    ['a program', 'exportfs -u'],
  ])('are found: %s', (_, text) => {
    expect(strangers('engine/apply.ts', text)).toHaveLength(1);
  });

  test.each(['export function x() {}', 'inFstab', 'the function exports it'.replace('exports', 'gives')])(
    'are not seen in %s',
    (text) => {
      expect(strangers('engine/apply.ts', text)).toEqual([]);
    },
  );
});
