import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { qcow2 } from '../images.ts';
import { ensureTree } from '../../lab/real/tree.ts';
import { Rig, ended, inode, sha1, until } from '../rig.ts';
import { OpenStack } from './openstack.ts';

const MINUTES = 60_000;

/** How link-sync is to know that an image is whole. */
const ways = ['nobody', 'Glance'] as const;

describe.each(ways)("Debian's glance-api; link-sync asks %s", (asks) => {
  const folder = mkdtempSync(join(tmpdir(), 'link-sync-glance-'));
  const knows = asks !== 'nobody';
  let openstack: OpenStack;
  let rig: Rig;

  beforeAll(async () => {
    openstack = await OpenStack.start((await ensureTree()).folder, folder, knows);
    stop = () => openstack.stop();
    rig = new Rig({}, afterAll);
    await watch(knows ? await openstack.openrc(join(folder, 'openrc'), 'password') : null);
  }, 10 * MINUTES);

  let job: ChildProcess | undefined;

  /** Starts link-sync, in place of one that runs. */
  async function watch(openrc: string | null): Promise<void> {
    job?.kill();
    if (job) await ended(job);
    rmSync(rig.state, { force: true });
    rig.configure({ images: openstack.images, cache: openstack.cache, settle: 1, interval: 60, openrc });
    job = rig.watch();
    await until('first pass', () => existsSync(rig.state));
  }

  let stop = (): void => undefined;
  afterAll(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const imageOf = (id: string): string => join(openstack.images, id);
  const linkOf = (id: string): string => join(openstack.cache, sha1(id));
  const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
  const reasonOf = (id: string): string => rig.status().images.find((image) => image.id === id)?.reason ?? '';

  async function uploaded(content: Buffer, format: string, id?: string): Promise<string> {
    const image = await openstack.create(format, id);
    expect(await openstack.upload(image, content)).toBe(204);
    return image;
  }

  test('an upload is linked: same inode, readable by all; Glance still serves it', async () => {
    const content = randomBytes(3_000_000);
    const id = await uploaded(content, 'raw');
    await until('link', () => existsSync(linkOf(id)));
    expect(inode(linkOf(id))).toBe(inode(imageOf(id)));
    expect(statSync(linkOf(id))).toMatchObject({ uid: 64055, gid: 36 });
    expect(statSync(linkOf(id)).mode & 0o7777).toBe(0o644);
    expect((await openstack.download(id)).equals(content)).toBe(true);
  });

  test('a qcow2 and an upper-case id', async () => {
    const id = await uploaded(qcow2(), 'qcow2', 'ABCDEF00-0000-4000-8000-00000000000A');
    expect(id).toBe('ABCDEF00-0000-4000-8000-00000000000A');
    await until('link', () => existsSync(linkOf(id)));
  });

  test('a slow upload is linked at its end, not before', async () => {
    const id = await openstack.create('raw');
    const upload = openstack.beginUpload(id);
    for (let chunk = 0; chunk < 6; chunk++) {
      upload.write(randomBytes(200_000));
      await pause(500);
      expect(existsSync(linkOf(id))).toBe(false);
    }
    upload.end();
    await until('link', () => existsSync(linkOf(id)));
    expect(statSync(linkOf(id)).size).toBe(1_200_000);
    expect((await openstack.show(id)).status).toBe('active');
  });

  test('a client that goes away leaves no link; its second upload is linked', async () => {
    const id = await openstack.create('raw');
    const upload = openstack.beginUpload(id);
    upload.write(randomBytes(500_000));
    await until('part', () => existsSync(imageOf(id)));
    upload.destroy();
    await until('gone', () => !existsSync(imageOf(id)));
    await pause(1500);
    expect(existsSync(linkOf(id))).toBe(false);
    expect(await openstack.upload(id, randomBytes(700_000))).toBe(204);
    await until('link', () => existsSync(linkOf(id)));
    expect(statSync(linkOf(id)).size).toBe(700_000);
  });

  test('deleted in Glance: the link stays, the same inode, and is told as an orphan', async () => {
    const id = await uploaded(randomBytes(100_000), 'raw');
    await until('link', () => existsSync(linkOf(id)));
    const before = inode(linkOf(id));
    await openstack.remove(id);
    await until('orphan', () =>
      rig.status().images.some((image) => image.state === 'orphan' && image.base === sha1(id)),
    );
    expect(inode(linkOf(id))).toBe(before);
    expect(statSync(linkOf(id)).nlink).toBe(1);
  });

  test('what Glance calls active qcow2 but is none is not linked as such', async () => {
    const id = await uploaded(Buffer.from('KDMV' + 'x'.repeat(5000)), 'qcow2');
    await until('refused', () =>
      rig.status().images.some((image) => image.id === id && image.state === 'refused'),
    );
    expect(existsSync(linkOf(id))).toBe(false);
    const random = await uploaded(randomBytes(50_000), 'qcow2');
    await pause(1500);
    // without Glance's word random bytes are a raw disk like any other
    expect(existsSync(linkOf(random))).toBe(!knows);
    if (knows) expect(reasonOf(random)).toContain('its disk format in Glance is qcow2');
  });

  test('glance-api killed in mid-upload: a part is never linked where that can be told', async () => {
    const id = await openstack.create(knows ? 'raw' : 'qcow2');
    const upload = openstack.beginUpload(id);
    upload.write(knows ? randomBytes(500_000) : qcow2().subarray(0, 300_000));
    await until('part', () => existsSync(imageOf(id)) && statSync(imageOf(id)).size > 0);
    await openstack.killGlance();
    upload.destroy();
    await pause(2000);
    expect(existsSync(linkOf(id))).toBe(false);
    await openstack.startGlance();
    await pause(1500);
    expect((await openstack.show(id)).status).toBe('saving');
    expect(existsSync(linkOf(id))).toBe(false);
    await until('told', () => (knows ? /saving/ : /cut short/).test(reasonOf(id)), 60_000);
  });

  test('twenty at once', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => uploaded(randomBytes(20_000), 'raw')));
    await until('all', () => ids.every((id) => existsSync(linkOf(id))));
  });

  test.runIf(knows)('an application credential does as well as a password', async () => {
    await watch(await openstack.openrc(join(folder, 'openrc'), 'application credential'));
    const id = await uploaded(randomBytes(20_000), 'raw');
    await until('link', () => existsSync(linkOf(id)));
    const saving = await openstack.create('raw');
    const upload = openstack.beginUpload(saving);
    upload.write(randomBytes(20_000));
    await pause(1500);
    expect(existsSync(linkOf(saving))).toBe(false);
    upload.end();
    await until('second link', () => existsSync(linkOf(saving)));
    expect(rig.status().problems).toEqual([]);
  });

  test('nothing in the cache but links to images', () => {
    const images = new Map(readdirSync(openstack.images).map((name) => [sha1(name), name]));
    for (const base of readdirSync(openstack.cache)) {
      const image = images.get(base);
      if (image) expect(inode(linkOf(image))).toBe(inode(imageOf(image)));
      else expect(statSync(join(openstack.cache, base)).nlink).toBe(1);
    }
  });
});
