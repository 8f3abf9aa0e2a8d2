import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bytesAt, qcow2 } from './images.ts';
import { Rig, inode, sha1, uuid } from './rig.ts';

const ID = uuid(1);
const NOVA = 64060;
const REASON = 'VMs use this base file, which a compute node made';

/** A compute node's file under its name in the pool, as the copy over NFS leaves it. */
function arrive(rig: Rig, name: string, content: Buffer | string = 'raw bytes', mode = 0o640): string {
  const path = join(rig.cache, name);
  writeFileSync(path, content, { mode });
  chownSync(path, NOVA, NOVA);
  return path;
}

const owned = (path: string): [number, number, number] => {
  const { uid, gid, mode } = statSync(path);
  return [uid, gid, mode & 0o7777];
};

describe('adopted names', () => {
  test('the image waits until the file is there, then the file is adopted in its place', () => {
    const rig = new Rig({ adopted: [sha1(ID)] });
    const image = rig.put(ID, qcow2());
    expect(rig.once().code).toBe(2);
    expect(rig.entry(ID)).toMatchObject({
      state: 'waiting',
      format: 'qcow2',
      reason:
        'this name is reserved for a base file of a compute node. The file is missing in the cache folder. Run fastboot apply again',
    });
    expect(rig.status()).toMatchObject({ healthy: true, counts: { images: 1, waiting: 1, adopted: 0 } });
    expect(rig.status().notices).toContain(
      `1 adopted file(s) not in the cache: ${sha1(ID)}. Run fastboot apply again`,
    );
    expect(readdirSync(rig.cache)).toEqual([]);

    const file = arrive(rig, sha1(ID));
    const bytes = inode(file);
    expect(rig.once()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 adopted') as string });
    expect(rig.entry(ID)).toMatchObject({
      id: ID,
      base: sha1(ID),
      state: 'adopted',
      reason: REASON,
      size: 9,
      format: 'raw',
    });
    expect(rig.status()).toMatchObject({
      healthy: true,
      counts: { images: 1, linked: 0, waiting: 0, conflicts: 0, foreign: 0, adopted: 1 },
    });
    expect(rig.status().notices).toHaveLength(1);
    expect([inode(file), readFileSync(file, 'utf8'), owned(file)]).toEqual([
      bytes,
      'raw bytes',
      [64055, 36, 0o644],
    ]);
    expect(owned(image)).toEqual([0, 0, 0o640]);
    expect(rig.run('--status')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^adopted /m) as string,
    });
  });

  test.each([
    ['swap_512', 'raw', 'raw'],
    ['ephemeral_1_0706d66', 'raw', 'raw'],
    [`${sha1('gone')}_10`, qcow2(), 'qcow2'],
    [sha1('gone'), qcow2({ backing: '/etc/passwd' }), 'qcow2'],
    ["a \u001b[31m$(x)'\n", 'raw', 'raw'],
    ['.hidden', '', 'unknown'],
    ['é', bytesAt(0, 'KDMV', 4096), 'vmdk'],
  ])('%j without an image', (name, content, format) => {
    const rig = new Rig({ adopted: [name, 'other'] });
    const file = arrive(rig, name, content, 0o600);
    expect(rig.once().code).toBe(0);
    expect(rig.status().images).toMatchObject([
      { id: null, base: name, state: 'adopted', reason: REASON, size: content.length, format },
    ]);
    expect(rig.status()).toMatchObject({
      healthy: true,
      counts: { images: 0, orphans: 0, foreign: 0, adopted: 1 },
    });
    expect(owned(file)).toEqual([64055, 36, 0o644]);
    expect(rig.run('--status').stdout).not.toContain('\u001b');
  });

  test('a name that is no text is written with its bytes escaped', () => {
    const rig = new Rig({ adopted: ['swap_\udcff'] });
    const path = Buffer.concat([Buffer.from(`${rig.cache}/swap_`), Buffer.of(0xff)]);
    writeFileSync(path, 'raw');
    rig.once();
    expect(rig.status().counts).toMatchObject({ adopted: 1, foreign: 0 });
    expect(statSync(path).uid).toBe(64055);
  });

  test('owner and mode are corrected on every pass, also while somebody has it open for writing', () => {
    const rig = new Rig({ adopted: ['swap_512'] });
    const file = arrive(rig, 'swap_512');
    const fd = openSync(file, 'r+');
    rig.once();
    expect(owned(file)).toEqual([64055, 36, 0o644]);
    closeSync(fd);
    const lines = rig.logLines();
    expect(lines.filter((line) => line.includes('swap_512'))).toEqual([
      expect.stringContaining(
        'adopted swap_512: raw, 9 bytes; owner 64060:64060 -> 64055:36, mode 0640 -> 0644',
      ),
    ]);
    const { state } = rig;
    const written = inode(state);
    rig.once();
    expect([rig.logLines(), rig.status().counts.adopted]).toEqual([lines, 1]);
    for (let round = 0; round < 3; round++) {
      chownSync(file, NOVA, NOVA);
      chmodSync(file, 0o666);
      rig.once();
      expect(owned(file)).toEqual([64055, 36, 0o644]);
    }
    expect(rig.logLines()).toHaveLength(lines.length + 1);
    expect(inode(state)).not.toBe(written);
  });

  test("where owners are kept, an adopted file becomes root's, but an image under such a name does not", () => {
    const rig = new Rig({ owner: 'keep', adopted: ['swap_512', 'other'] });
    const file = arrive(rig, 'swap_512');
    const image = rig.put(ID, 'raw');
    chownSync(image, 64062, 64062);
    linkSync(image, join(rig.cache, 'other'));
    rig.once();
    expect(owned(file)).toEqual([0, 0, 0o644]);
    expect(owned(image)).toEqual([64062, 64062, 0o644]);
    expect(rig.status().counts).toMatchObject({ linked: 1, adopted: 2 });
  });

  test('a file that is the image itself is linked, and is not linked again once it is removed', () => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    rig.once();
    rig.configure({ adopted: [sha1(ID)] });
    expect(rig.verdict(ID)).toMatchObject({ state: 'linked' });
    expect(rig.status().notices).toHaveLength(1);
    unlinkSync(rig.linkOf(ID));
    expect(rig.verdict(ID)).toMatchObject({ state: 'waiting' });
    expect(existsSync(rig.linkOf(ID))).toBe(false);
  });

  test('an image that could not be published is adopted all the same', () => {
    const rig = new Rig({ adopted: [sha1(ID)] });
    rig.put(ID, bytesAt(0, 'KDMV', 4096));
    expect(rig.verdict(ID).state).toBe('refused');
    arrive(rig, sha1(ID));
    expect(rig.verdict(ID)).toMatchObject({ state: 'adopted', format: 'raw' });
    rig.configure({ adopted: [] });
    expect(rig.verdict(ID).state).toBe('refused');
  });

  test.each([
    ['a symbolic link', (path: string, target: string) => symlinkSync(target, path), unlinkSync],
    ['a folder', (path: string) => mkdirSync(path), rmdirSync],
  ])('%s under an adopted name is not adopted, and what it leads to is left alone', (what, make, remove) => {
    const rig = new Rig({ adopted: ['swap_512', sha1(ID)] });
    const target = join(rig.root, 'outside');
    writeFileSync(target, 'x', { mode: 0o600 });
    rig.put(ID, 'raw');
    make(join(rig.cache, 'swap_512'), target);
    make(rig.linkOf(ID), target);
    expect(rig.once().code).toBe(2);
    expect(rig.entry('swap_512')).toMatchObject({ state: 'foreign', reason: `it is ${what}` });
    expect(rig.entry(ID).state).toBe('conflict');
    expect(owned(target)).toEqual([0, 0, 0o600]);
    remove(join(rig.cache, 'swap_512'));
    arrive(rig, 'swap_512');
    rig.once();
    expect(rig.entry('swap_512').state).toBe('adopted');
  });

  test('what was known is known after a restart; the image going, coming, and the name leaving the list', () => {
    const rig = new Rig({ adopted: ['swap_512', sha1(ID)] });
    const image = rig.put(ID, 'raw');
    const file = arrive(rig, sha1(ID));
    arrive(rig, 'swap_512');
    rig.once();
    const since = rig.entry(ID).since;
    unlinkSync(image);
    rig.once();
    expect(rig.entry(sha1(ID))).toMatchObject({ id: null, state: 'adopted' });
    rig.put(ID, 'raw again');
    rig.once();
    expect(rig.entry(ID)).toMatchObject({ id: ID, state: 'adopted', size: 9 });
    const before = rig.status().images;
    rig.once();
    expect(rig.status().images).toEqual(before);
    expect(Date.parse(since)).toBeLessThanOrEqual(Date.parse(rig.entry(ID).since));
    rig.configure({});
    expect(rig.verdict(ID).state).toBe('conflict');
    expect(rig.entry('swap_512').state).toBe('foreign');
    rig.configure({ adopted: [sha1(ID)] });
    unlinkSync(file);
    expect(rig.verdict(ID).state).toBe('waiting');
    rig.configure({});
    expect(rig.verdict(ID).state).toBe('linked');
  });

  test('a whole image that has waited for its adopted file for more than 15 minutes is unhealthy', () => {
    const rig = new Rig({ adopted: [sha1(ID)] });
    rig.put(ID, 'raw');
    rig.once();
    expect(rig.status().healthy).toBe(true);
    const text = readFileSync(rig.state, 'utf8');
    writeFileSync(
      rig.state,
      text.replace(/"completeSince": "[^"]+"/, '"completeSince": "2020-01-01T00:00:00.000Z"'),
    );
    expect(rig.status()).toMatchObject({
      healthy: false,
      problems: [expect.stringContaining('waiting for more than 15 minutes') as string],
    });
  });
});
