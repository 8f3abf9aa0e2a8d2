import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesAt, gpt, iso, qcow2 } from './images.ts';
import { Rig, inode, sha1, uuid, type Status } from './rig.ts';

const ID = uuid(1);
const footer = (signature: string): Buffer => bytesAt(8192, signature, 8192 + 512);

/** contents → state, format and a word of the reason */
const contents: readonly [string, Buffer | string, string, string | null, RegExp][] = [
  ['raw bytes', 'some raw disk', 'linked', 'raw', /same file/],
  ['one byte', 'x', 'linked', 'raw', /same file/],
  ['zeros', Buffer.alloc(4096), 'linked', 'raw', /same file/],
  ['a partitioned disk', gpt(), 'linked', 'raw', /same file/],
  ['nothing', '', 'waiting', null, /empty/],
  ['qcow2 version 3', qcow2(), 'linked', 'qcow2', /same file/],
  ['qcow2 version 2', qcow2({ version: 2 }), 'linked', 'qcow2', /same file/],
  ['qcow2 marked dirty', qcow2({ incompatible: 1n }), 'linked', 'qcow2', /same file/],
  [
    'qcow2 with a feature table',
    qcow2({ extensions: [{ kind: 0x6803f857, data: Buffer.alloc(96) }] }),
    'linked',
    'qcow2',
    /same/,
  ],
  [
    'qcow2 with an unknown extension',
    qcow2({ extensions: [{ kind: 0x12345678, data: Buffer.alloc(5) }] }),
    'linked',
    'qcow2',
    /same/,
  ],
  ['qcow2 marked corrupt', qcow2({ incompatible: 2n }), 'refused', 'qcow2', /corrupt/],
  ['qcow2 with a data file', qcow2({ incompatible: 4n }), 'refused', 'qcow2', /another file/],
  [
    'qcow2 naming a data file',
    qcow2({ extensions: [{ kind: 0x44415441, data: Buffer.from('/etc/passwd') }] }),
    'refused',
    'qcow2',
    /data file/,
  ],
  ['qcow2 with a backing file', qcow2({ backing: '/etc/passwd' }), 'refused', 'qcow2', /backing file/],
  [
    'qcow2 v2 with a backing file',
    qcow2({ version: 2, backing: '/etc/passwd' }),
    'refused',
    'qcow2',
    /backing file/,
  ],
  ['qcow2, AES', qcow2({ crypt: 1 }), 'refused', 'qcow2', /encrypted/],
  ['qcow2, LUKS', qcow2({ crypt: 2 }), 'refused', 'qcow2', /encrypted/],
  [
    'qcow2 with an encryption header',
    qcow2({ extensions: [{ kind: 0x0537be77, data: Buffer.alloc(16) }] }),
    'refused',
    'qcow2',
    /encrypted/,
  ],
  ['qcow2 of the future', qcow2({ incompatible: 1n << 40n }), 'refused', 'qcow2', /does not know/],
  ['qcow2 version 4', qcow2({ version: 4 }), 'refused', 'qcow', /version 4/],
  ['qcow version 1', qcow2({ version: 1 }), 'refused', 'qcow', /version 1/],
  ['qcow2, impossible clusters', qcow2({ clusterBits: 40 }), 'refused', 'qcow2', /broken/],
  ['qcow2, L1 too small', qcow2({ l1Size: 0 }), 'refused', 'qcow2', /broken/],
  [
    'qcow2, extension past its header',
    qcow2({ extensions: [{ kind: 7, data: Buffer.alloc(0) }] }).fill(0xff, 108, 112),
    'refused',
    'qcow2',
    /broken/,
  ],
  ['qcow2 cut in its data', qcow2({ cut: 1 }), 'waiting', null, /cut short/],
  ['qcow2 cut in its L2 table', qcow2({ cut: 65_536 + 100 }), 'waiting', null, /cut short.*L2/],
  ['qcow2 cut in its L1 table', qcow2({ cut: 3 * 65_536 - 4 }), 'waiting', null, /cut short.*L1/],
  ['qcow2 cut in its header', qcow2().subarray(0, 40), 'waiting', null, /cut short.*header/],
  ['the first two bytes of a qcow2', 'QF', 'waiting', null, /too short/],
  [
    'qcow2, compressed cluster past the end',
    qcow2({ l2Entry: (1n << 62n) | (7n << 54n) | BigInt(6 * 65_536 - 512) }),
    'waiting',
    null,
    /cut short/,
  ],
  ['vmdk', bytesAt(0, 'KDMV\x01', 4096), 'refused', 'vmdk', /vmdk/],
  ['vmdk, ESX', bytesAt(0, 'COWD\x01', 4096), 'refused', 'vmdk', /vmdk/],
  ['vmdk descriptor', '# Disk DescriptorFile\nversion=1\nCID=1\n', 'refused', 'vmdk', /vmdk/],
  ['vmdk descriptor, other comment', '# hello\n  \nversion=3\n', 'refused', 'vmdk', /vmdk/],
  ['vhd, dynamic', bytesAt(0, 'conectix', 4096), 'refused', 'vhd', /vhd/],
  ['vhd, fixed', footer('conectix'), 'refused', 'vhd', /vhd/],
  ['vhdx', bytesAt(0, 'vhdxfile', 4096), 'refused', 'vhdx', /vhdx/],
  ['vdi', bytesAt(64, '\x7f\x10\xda\xbe', 4096), 'refused', 'vdi', /vdi/],
  ['luks', bytesAt(0, 'LUKS\xba\xbe\x00\x01', 4096), 'refused', 'luks', /luks/],
  ['qed', bytesAt(0, 'QED\0', 4096), 'refused', 'qed', /qed/],
  ['parallels', bytesAt(0, 'WithoutFreeSpace', 4096), 'refused', 'parallels', /parallels/],
  ['dmg', footer('koly'), 'refused', 'dmg', /dmg/],
  ['iso', iso(), 'refused', 'iso', /ISO/],
  ['hybrid iso', iso(true), 'refused', 'iso', /ISO/],
];

/** Names that are not image ids. */
const strangeNames = [
  'lost+found',
  'notes.txt',
  `${ID}\n`,
  `${ID}.part`,
  ` ${ID}`,
  ID.slice(0, -1),
  ID.replaceAll('-', ''),
  '.nfs000000000000',
  'gggggggg-0000-4000-8000-000000000001',
  'a\u001b[31mb',
];

describe('what a file holds', () => {
  let rig: Rig;
  let code: number | null;
  let status: Status;
  const ids = contents.map((_, n) => uuid(n));

  beforeAll(() => {
    rig = new Rig({}, afterAll);
    contents.forEach(([, content], n) => rig.put(uuid(n), content));
    code = rig.once().code;
    status = rig.status();
  });

  test.each(contents.map((row, n) => [...row, uuid(n)] as const))(
    '%s',
    (_, content, state, format, reason, id) => {
      const path = join(rig.images, id);
      const verdict = status.images.find((image) => image.id === id);
      expect(verdict).toMatchObject({ id, base: sha1(id), state, format, size: content.length });
      expect(verdict?.reason).toMatch(reason);
      if (state === 'linked') expect(inode(rig.linkOf(id))).toBe(inode(path));
      else {
        expect(existsSync(rig.linkOf(id))).toBe(false);
        expect(statSync(path)).toMatchObject({ uid: 0, gid: 0 });
        expect(statSync(path).mode & 0o7777).toBe(0o640);
      }
    },
  );

  test('the pass says that something waits, and counts', () => {
    expect(code).toBe(2);
    const tally = (state: string): number => contents.filter((row) => row[2] === state).length;
    expect(status.counts).toEqual({
      images: ids.length,
      linked: tally('linked'),
      waiting: tally('waiting'),
      refused: tally('refused'),
      conflicts: 0,
      orphans: 0,
      foreign: 0,
      adopted: 0,
    });
  });
});

describe('one pass', () => {
  test('names that are not image ids are refused; that is not a problem', () => {
    const rig = new Rig();
    strangeNames.forEach((name) => rig.put(name, 'raw'));
    expect(rig.once().code).toBe(0);
    const found = rig.status().images.map(({ id, base, state }) => [id, base, state]);
    expect(found.sort()).toEqual(strangeNames.map((name) => [name, null, 'refused']).sort());
    expect(readdirSync(rig.cache)).toEqual([]);
  });

  test('a name in capitals is hashed as it stands', () => {
    const rig = new Rig();
    const name = 'ABCDEF00-0000-4000-8000-00000000000A';
    const path = rig.put(name, 'raw');
    expect(rig.once().code).toBe(0);
    expect(inode(join(rig.cache, sha1(name)))).toBe(inode(path));
    expect(sha1('155d900f-4e14-4e4c-a73d-069cbf4541e6')).toBe('f2d1a8250ed3d4b744a8250dab8f6840179d502a');
  });

  test.each([
    ['a symbolic link', (path: string) => symlinkSync('/etc/hostname', path)],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a named pipe', (path: string) => void spawnSync('mkfifo', [path])],
    ['a device', (path: string) => void spawnSync('mknod', [path, 'c', '1', '3'])],
  ])('%s under an image id is refused', (what, make) => {
    const rig = new Rig();
    make(join(rig.images, ID));
    expect(rig.verdict(ID)).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining(what) as string,
    });
    expect(readdirSync(rig.cache)).toEqual([]);
  });

  test('owner and mode are set and corrected, also of the folder; each correction is logged once', () => {
    const rig = new Rig();
    const path = rig.put(ID, 'raw');
    rig.once();
    expect(statSync(path)).toMatchObject({ uid: 64055, gid: 36 });
    expect(statSync(path).mode & 0o7777).toBe(0o644);
    expect(statSync(rig.cache)).toMatchObject({ uid: 0, gid: 64060 });
    expect(statSync(rig.cache).mode & 0o7777).toBe(0o1775);
    const lines = rig.logLines().length;
    for (let i = 0; i < 3; i++) {
      chmodSync(path, 0o640);
      chownSync(path, 64062, 64062);
      rig.once();
      expect(statSync(path)).toMatchObject({ uid: 64055, gid: 36 });
      expect(statSync(path).mode & 0o7777).toBe(0o644);
    }
    expect(rig.logLines().length).toBe(lines + 1);
    chmodSync(rig.cache, 0o777);
    chownSync(rig.cache, 64060, 64060);
    rig.once();
    expect(statSync(rig.cache)).toMatchObject({ uid: 0, gid: 64060 });
    expect(statSync(rig.cache).mode & 0o7777).toBe(0o1775);
  });

  test('owner "keep" leaves the owner and sets the mode', () => {
    const rig = new Rig({ owner: 'keep' });
    const path = rig.put(ID, 'raw');
    chownSync(path, 64062, 64062);
    rig.once();
    expect(statSync(path)).toMatchObject({ uid: 64062, gid: 64062 });
    expect(statSync(path).mode & 0o7777).toBe(0o644);
  });

  test('a pass that decides nothing writes no line and no state file', () => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    rig.put(uuid(2), '');
    rig.once();
    const lines = rig.logLines();
    expect(lines).toHaveLength(2); // the folder was corrected, one image linked
    rig.once();
    expect(rig.logLines()).toEqual(lines);
  });

  test('another file under the name is a conflict; it is described and not changed', () => {
    const rig = new Rig();
    const path = rig.put(ID, 'raw');
    writeFileSync(rig.linkOf(ID), 'other bytes', { mode: 0o600 });
    const before = statSync(rig.linkOf(ID));
    expect(rig.once().code).toBe(2);
    const { state, reason } = rig.entry(ID);
    expect(state).toBe('conflict');
    expect(reason).toMatch(/inode \d+, 11 bytes, owner 0:0; the image: inode \d+, 3 bytes, owner 0:0/);
    expect(statSync(rig.linkOf(ID))).toMatchObject({
      ino: before.ino,
      mode: before.mode,
      uid: before.uid,
      ctimeMs: before.ctimeMs,
    });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(rig.status()).toMatchObject({ healthy: false, counts: { conflicts: 1 } });
    expect(rig.run('--status').code).toBe(2);
  });

  test.each(['symbolic link', 'folder'])('a %s under the name is a conflict', (kind) => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    if (kind === 'folder') mkdirSync(rig.linkOf(ID));
    else symlinkSync(join(rig.images, ID), rig.linkOf(ID));
    expect(rig.verdict(ID).state).toBe('conflict');
  });

  test('an image replaced under its name becomes a conflict; the link keeps the old bytes', () => {
    const rig = new Rig();
    rig.put(ID, 'old');
    rig.once();
    const old = inode(rig.linkOf(ID));
    rig.put(`${ID}.new`, 'new bytes');
    renameSync(join(rig.images, `${ID}.new`), join(rig.images, ID));
    expect(rig.verdict(ID).state).toBe('conflict');
    expect(inode(rig.linkOf(ID))).toBe(old);
  });

  test("a refused image with Nova's own download under its name is refused, not a conflict", () => {
    const rig = new Rig();
    rig.put(ID, bytesAt(0, 'KDMV', 4096));
    writeFileSync(rig.linkOf(ID), 'converted');
    expect(rig.verdict(ID).state).toBe('refused');
    expect(rig.status().healthy).toBe(true);
  });

  test('a link that exists already is taken over; an unsafe one stays and is reported', () => {
    const rig = new Rig();
    const path = rig.put(ID, qcow2({ backing: '/etc/passwd' }));
    linkSync(path, rig.linkOf(ID));
    expect(rig.verdict(ID)).toMatchObject({
      state: 'linked',
      format: 'qcow2',
      reason: expect.stringContaining('backing file') as string,
    });
    expect(existsSync(rig.linkOf(ID))).toBe(true);
  });

  test('other hard links to an image do not matter', () => {
    const rig = new Rig();
    linkSync(rig.put(ID, 'raw'), join(rig.root, 'elsewhere'));
    expect(rig.verdict(ID).state).toBe('linked');
  });

  test('names on hold wait', () => {
    const rig = new Rig({ hold: [sha1(ID)] });
    rig.put(ID, 'raw');
    expect(rig.verdict(ID)).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('on hold') as string,
    });
    expect(existsSync(rig.linkOf(ID))).toBe(false);
    rig.configure({ hold: [] });
    expect(rig.verdict(ID).state).toBe('linked');
    rig.configure({ hold: [sha1(ID)] });
    expect(rig.verdict(ID).state).toBe('linked');
  });

  test('an image that is open for writing waits, however old it is', () => {
    const rig = new Rig();
    const fd = openSync(rig.put(ID, 'raw'), 'r+');
    expect(rig.verdict(ID)).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('open for writing') as string,
    });
    closeSync(fd);
    expect(rig.verdict(ID).state).toBe('linked');
  });

  test('settle is judged by the change time, not by the modification time', async () => {
    const rig = new Rig({ settle: 1000 });
    const path = rig.put(ID, 'raw');
    utimesSync(path, 1, 1);
    expect(rig.verdict(ID)).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('less than 1000 s ago') as string,
    });
    rig.configure({ settle: 1 });
    await new Promise((done) => setTimeout(done, 1100));
    expect(rig.verdict(ID).state).toBe('linked');
  });

  test('orphans, foreign files and links whose image is gone', () => {
    const rig = new Rig();
    const path = rig.put(ID, 'raw');
    rig.once();
    unlinkSync(path);
    const orphan = sha1('x'),
      novas = sha1('y'),
      twice = sha1('z');
    writeFileSync(join(rig.cache, orphan), 'o');
    writeFileSync(join(rig.cache, novas), 'n');
    chownSync(join(rig.cache, novas), 64060, 64060);
    writeFileSync(join(rig.cache, twice), 't');
    linkSync(join(rig.cache, twice), join(rig.root, 'elsewhere'));
    for (const name of [`${orphan}.part`, 'swap_512', 'ephemeral_1_default'])
      writeFileSync(join(rig.cache, name), 'f');
    mkdirSync(join(rig.cache, sha1('folder')));
    expect(rig.once().code).toBe(0);
    const found = rig.status().images;
    expect(Object.fromEntries(found.map(({ base, id, state }) => [base, [state, id]] as const))).toEqual({
      [sha1(ID)]: ['orphan', ID],
      [orphan]: ['orphan', null],
      [novas]: ['foreign', null],
      [twice]: ['foreign', null],
      [`${orphan}.part`]: ['foreign', null],
      swap_512: ['foreign', null],
      ephemeral_1_default: ['foreign', null],
      [sha1('folder')]: ['foreign', null],
    });
    expect(rig.status()).toMatchObject({ healthy: true, counts: { images: 0, orphans: 2, foreign: 6 } });
    expect(statSync(join(rig.cache, novas))).toMatchObject({ uid: 64060 });
  });
});

describe('folders', () => {
  test.each(['images', 'cache'] as const)('a missing %s folder is an error and is never created', (which) => {
    const rig = new Rig();
    rmSync(rig[which], { recursive: true });
    const { code, stderr } = rig.once();
    expect(code).toBe(1);
    expect(stderr).toContain(`${rig[which]} is missing`);
    expect(existsSync(rig[which])).toBe(false);
    expect(rig.status()).toMatchObject({ healthy: false });
    expect(rig.run('--status').code).toBe(1);
  });

  test('a cache folder that is a symbolic link is an error', () => {
    const rig = new Rig();
    renameSync(rig.cache, `${rig.cache}.real`);
    symlinkSync(`${rig.cache}.real`, rig.cache);
    expect(rig.once()).toMatchObject({ code: 1, stderr: expect.stringContaining('symbolic link') as string });
  });

  test('images and cache under two mounts of one file system are an error', () => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    const command = `mount --bind ${rig.cache} ${rig.cache} && "$@"`;
    const { status, stderr } = spawnSync(
      'unshare',
      [
        '--mount',
        'sh',
        '-c',
        command,
        'sh',
        'python3',
        join(import.meta.dirname, '../../playbooks/files/link-sync'),
        '--once',
        '--config',
        rig.config,
      ],
      { encoding: 'utf8' },
    );
    expect(stderr).toContain('two mounts');
    expect(status).toBe(1);
    expect(readdirSync(rig.cache)).toEqual([]);
  });
});

describe('state and log', () => {
  test.each(['lost', 'broken', 'cut'])('a %s state file is rebuilt', (how) => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    rig.once();
    if (how === 'lost') unlinkSync(rig.state);
    else
      writeFileSync(
        rig.state,
        how === 'cut' ? '{"version": 1, "images": [\n{"id": "' : '[1, {"images": 3}, "\u0000',
      );
    expect(rig.once().code).toBe(0);
    expect(rig.status()).toMatchObject({ healthy: true, counts: { linked: 1 } });
  });

  test('since is kept over runs', () => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    const { since } = rig.verdict(ID);
    expect(rig.verdict(ID).since).toBe(since);
    expect(Math.abs(Date.parse(since) - Date.now())).toBeLessThan(60_000);
  });

  test('the log is rotated at 1 MiB, five files in all', () => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    rig.once();
    for (const suffix of ['', '.1', '.2', '.3', '.4']) writeFileSync(rig.log + suffix, `old${suffix}`);
    appendFileSync(rig.log, 'x'.repeat((1 << 20) - 8));
    rig.put(uuid(2), 'raw');
    rig.once();
    expect(readdirSync(join(rig.root, 'log')).sort()).toEqual(
      ['', '.1', '.2', '.3', '.4'].map((suffix) => `link-sync.log${suffix}`),
    );
    expect(rig.logLines()).toHaveLength(1);
  });

  test('a log that cannot be written stops no link', () => {
    const rig = new Rig();
    mkdirSync(rig.log, { recursive: true });
    rig.put(ID, 'raw');
    expect(rig.once()).toMatchObject({ code: 1, stderr: expect.stringContaining('log') as string });
    expect(existsSync(rig.linkOf(ID))).toBe(true);
  });

  test('the status for people names the reasons', () => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    rig.put(uuid(2), iso());
    rig.put('b\u001b[31m', 'raw');
    rig.once();
    const { stdout, code } = rig.run('--status');
    expect(code).toBe(0);
    expect(stdout).toContain('healthy');
    expect(stdout).toContain('cannot be distinguished from a complete one');
    expect(stdout).toMatch(/refused +00000000-0000-4000-8000-000000000002 .*ISO/);
    expect(stdout).not.toContain('\u001b');
    const table = stdout.slice(stdout.indexOf('STATE')).trimEnd().split('\n');
    const column = table[0]?.indexOf('REASON') ?? 0;
    for (const row of table) expect(row.slice(column - 2, column)).toBe('  ');
  });

  test('no pass yet: unhealthy, exit 1, still a whole object', () => {
    const rig = new Rig();
    expect(rig.run('--status', '--json').code).toBe(1);
    expect(rig.status()).toMatchObject({
      version: 1,
      healthy: false,
      lastPass: { at: null, seconds: null },
      images: [],
      counts: {
        images: 0,
        linked: 0,
        waiting: 0,
        conflicts: 0,
        refused: 0,
        orphans: 0,
        foreign: 0,
        adopted: 0,
      },
    });
  });

  test('a last pass older than three intervals is unhealthy', async () => {
    const rig = new Rig({ interval: 0.1 });
    rig.once();
    await new Promise((done) => setTimeout(done, 400));
    expect(rig.status().healthy).toBe(false);
    rig.configure({ interval: 100 });
    expect(rig.status().healthy).toBe(true);
  });
});
