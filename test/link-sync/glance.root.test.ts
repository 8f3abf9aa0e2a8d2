import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bytesAt, iso, qcow2 } from './images.ts';
import { FakeOpenStack, passwordOpenrc, writeOpenrc, type GlanceImage } from './openstack.ts';
import { Rig, until, uuid, type Image } from './rig.ts';

const ID = uuid(1);
const UPPER = 'ABCDEF00-0000-4000-8000-00000000000A';

async function setUp(
  settings: Record<string, unknown> = {},
): Promise<{ rig: Rig; openstack: FakeOpenStack }> {
  const openstack = await FakeOpenStack.start();
  const rig = new Rig();
  // a settle time that never passes: only Glance's answer can lead to a link
  rig.configure({ openrc: writeOpenrc(rig, passwordOpenrc(openstack)), settle: 1000, ...settings });
  return { rig, openstack };
}

async function verdict(rig: Rig, id = ID): Promise<Image & { code: number | null }> {
  const { code } = await rig.runBeside('--once');
  return { ...rig.entry(id), code };
}

/** file, Glance's record (null: none) → state and reason */
const cases: readonly [string, Buffer | string, Partial<GlanceImage> | null, string, RegExp][] = [
  ['active, size and format right', 'raw', { size: 3 }, 'linked', /same file/],
  ['active qcow2', qcow2(), { size: 393_216, disk_format: 'qcow2' }, 'linked', /same file/],
  ['saving', 'raw', { size: 3, status: 'saving' }, 'waiting', /saving/],
  ['queued', 'raw', { size: null, status: 'queued' }, 'waiting', /queued/],
  ['deactivated', 'raw', { size: 3, status: 'deactivated' }, 'waiting', /deactivated/],
  ['another size', 'ra', { size: 3 }, 'waiting', /3 bytes, but the file has 2/],
  ['no size', 'raw', { size: null }, 'waiting', /does not know its size/],
  ['format not known yet', 'raw', { size: 3, disk_format: null }, 'waiting', /disk format/],
  ['unknown to Glance', 'raw', null, 'waiting', /does not know/],
  [
    'raw declared qcow2',
    'raw',
    { size: 3, disk_format: 'qcow2' },
    'refused',
    /disk format in Glance is qcow2/,
  ],
  ['qcow2 declared raw', qcow2(), { size: 393_216 }, 'refused', /disk format in Glance is raw/],
  ['raw declared vmdk', 'raw', { size: 3, disk_format: 'vmdk' }, 'refused', /disk format in Glance is vmdk/],
  ['raw declared iso', 'raw', { size: 3, disk_format: 'iso' }, 'refused', /disk format in Glance is iso/],
  [
    'iso declared iso',
    iso(),
    { size: 65_536, disk_format: 'iso' },
    'refused',
    /disk format in Glance is iso/,
  ],
  ['iso declared raw', iso(true), { size: 65_536 }, 'linked', /same file/],
  ['vmdk declared raw', bytesAt(0, 'KDMV', 512), { size: 512 }, 'refused', /vmdk image/],
  ['luks declared raw', bytesAt(0, 'LUKS\xba\xbe', 512), { size: 512 }, 'refused', /luks image/],
  [
    'cut short, but active',
    qcow2({ cut: 1 }),
    { size: 393_215, disk_format: 'qcow2' },
    'waiting',
    /cut short/,
  ],
];

describe('with Glance', () => {
  test.each(cases)('%s', async (_, content, image, state, reason) => {
    const { rig, openstack } = await setUp();
    rig.put(ID, content);
    if (image) openstack.add(ID, image);
    const entry = await verdict(rig);
    expect(entry).toMatchObject({ state, code: state === 'waiting' ? 2 : 0 });
    expect(entry.reason).toMatch(reason);
    expect(existsSync(rig.linkOf(ID))).toBe(state === 'linked');
  });

  test('Glance is not asked about linked images and images open for writing', async () => {
    const { rig, openstack } = await setUp();
    rig.put(ID, 'raw');
    openstack.add(ID, { size: 3 });
    const fd = openSync(rig.put(uuid(2), 'part'), 'r+');
    await rig.runBeside('--once');
    expect(openstack.asked).toEqual([ID]);
    closeSync(fd);
    openstack.asked.length = 0;
    await rig.runBeside('--once');
    expect(openstack.asked).toEqual([uuid(2)]);
  });

  test('a database that ignores case does not lead to a wrong image', async () => {
    const { rig, openstack } = await setUp();
    rig.put(UPPER, 'raw');
    openstack.images.set(UPPER, { id: UPPER.toLowerCase(), status: 'active', size: 3, disk_format: 'raw' });
    expect(await verdict(rig, UPPER)).toMatchObject({ state: 'waiting' });
    openstack.add(UPPER, { size: 3 });
    expect(await verdict(rig, UPPER)).toMatchObject({ state: 'linked' });
  });

  test('one connection serves many questions', async () => {
    const { rig, openstack } = await setUp();
    for (let n = 0; n < 30; n++) {
      rig.put(uuid(n), 'raw');
      openstack.add(uuid(n), { size: 3 });
    }
    expect((await rig.runBeside('--once')).code).toBe(0);
    expect(openstack.asked).toHaveLength(30);
    expect(openstack.connections).toBe(1);
  });

  test('the login: password with domains and project, and as an application credential', async () => {
    const { rig, openstack } = await setUp();
    rig.put(ID, 'raw');
    openstack.add(ID, { size: 3 });
    await rig.runBeside('--once');
    expect(openstack.logins).toEqual([
      {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: 'admin', domain: { name: 'Default' }, password: 'pa$$ "word" #1' } },
          },
          scope: { project: { name: 'admin', domain: { name: 'Default' } } },
        },
      },
    ]);
    writeOpenrc(rig, [
      `OS_AUTH_URL="${openstack.url}/identity/v3/"`,
      'export OS_AUTH_TYPE=v3applicationcredential',
      'export OS_APPLICATION_CREDENTIAL_ID=abc; export OS_APPLICATION_CREDENTIAL_SECRET="s\\"e\\$c"',
    ]);
    rig.put(uuid(2), 'raw');
    await rig.runBeside('--once');
    expect(openstack.logins[1]).toEqual({
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: { id: 'abc', secret: 's"e$c' },
        },
      },
    });
  });

  test.each([
    ['internal', 'One', 'linked'],
    ['internalURL', 'One', 'linked'],
    ['public', 'Two', 'linked'],
    ['admin', 'One', 'waiting'],
    ['public', 'Three', 'waiting'],
  ])('interface %s in region %s: %s', async (iface, region, state) => {
    const { rig, openstack } = await setUp();
    writeOpenrc(rig, [
      ...passwordOpenrc(openstack),
      `export OS_INTERFACE=${iface}`,
      `OS_REGION_NAME=${region}`,
    ]);
    rig.put(ID, 'raw');
    openstack.add(ID, { size: 3 });
    expect(await verdict(rig)).toMatchObject({ state, code: state === 'linked' ? 0 : 1 });
  });

  test.each<[string, FakeOpenStack['fault']]>([
    ['Keystone', { keystone: 503 }],
    ['Glance', { glance: 500 }],
  ])('%s away: links stay; new images wait, or settle if so configured', async (_, fault) => {
    const { rig, openstack } = await setUp();
    rig.put(ID, 'raw');
    openstack.add(ID, { size: 3 });
    await rig.runBeside('--once');
    openstack.fault = fault;
    rig.put(uuid(2), 'raw');
    chmodSync(join(rig.images, ID), 0o600);
    expect(await verdict(rig, uuid(2))).toMatchObject({
      state: 'waiting',
      code: 2,
      reason: expect.stringContaining('does not answer') as string,
    });
    expect(rig.entry(ID).state).toBe('linked');
    expect(rig.status().healthy).toBe(true);
    rig.configure({ openrc: join(rig.root, 'admin-openrc'), glanceAway: 'settle', settle: 0 });
    expect(await verdict(rig, uuid(2))).toMatchObject({ state: 'linked', code: 0 });
  });

  test('a closed port, a silent server and an answer that is not JSON all count as away', async () => {
    const { rig, openstack } = await setUp();
    rig.put(ID, 'raw');
    writeOpenrc(rig, ['OS_AUTH_TYPE=none', 'OS_ENDPOINT=http://127.0.0.1:1']);
    expect(await verdict(rig)).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('refused') as string,
    });
    writeOpenrc(rig, ['OS_AUTH_TYPE=none', `OS_ENDPOINT=${openstack.url}/nothing`]);
    openstack.fault = { glance: 204 };
    expect(await verdict(rig)).toMatchObject({ state: 'waiting', code: 2 });
    openstack.fault = { glance: 'silent' };
    expect(await verdict(rig)).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('timed out') as string,
    });
  }, 30_000);

  test.each<[string, (rig: Rig, openstack: FakeOpenStack) => void, RegExp]>([
    ['readable by the group', (rig, o) => void writeOpenrc(rig, passwordOpenrc(o), 0o640), /others may read/],
    ['readable by others', (rig, o) => void writeOpenrc(rig, passwordOpenrc(o), 0o604), /others may read/],
    [
      "somebody else's",
      (rig, o) => chownSync(writeOpenrc(rig, passwordOpenrc(o)), 1234, 0),
      /others may read/,
    ],
    ['missing', (rig) => rig.configure({ openrc: '/nowhere/openrc' }), /No such file/],
    ['empty', (rig) => void writeOpenrc(rig, []), /OS_AUTH_URL/],
    [
      'computed',
      (rig, o) => void writeOpenrc(rig, [...passwordOpenrc(o), 'export OS_PASSWORD=$(cat /etc/passwd)']),
      /OS_PASSWORD.*not executed/,
    ],
    [
      'of version 2',
      (rig, o) => void writeOpenrc(rig, [...passwordOpenrc(o), 'OS_IDENTITY_API_VERSION=2.0']),
      /version 3/,
    ],
    ['with an open quote', (rig, o) => void writeOpenrc(rig, [...passwordOpenrc(o), `OS_X='`]), /quote/],
    [
      'binary',
      (rig) => writeFileSync(join(rig.root, 'admin-openrc'), Buffer.from([0xff, 0xfe])),
      /not a text file/,
    ],
    ['with a wrong password', (_, o) => (o.fault = { keystone: 401 }), /does not accept these credentials/],
    ['without rights', (_, o) => (o.fault = { glance: 403 }), /does not let/],
    [
      'with a missing CA file',
      (rig, o) => void writeOpenrc(rig, [...passwordOpenrc(o), 'OS_CACERT=/nowhere/ca.pem']),
      /ca\.pem/,
    ],
  ])('an openrc %s is an error; new images wait even if they may settle', async (_, change, message) => {
    const { rig, openstack } = await setUp({ glanceAway: 'settle', settle: 0 });
    rig.put(ID, 'raw');
    openstack.add(ID, { size: 3 });
    change(rig, openstack);
    const { code, stderr } = await rig.runBeside('--once');
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('pa$$');
    expect(existsSync(rig.linkOf(ID))).toBe(false);
    expect(rig.status().healthy).toBe(false);
  });

  test('https: only a server whose certificate OS_CACERT signed is asked', async () => {
    const rig = new Rig();
    const [key, cert] = [join(rig.root, 'key.pem'), join(rig.root, 'cert.pem')];
    const { status, stderr } = spawnSync(
      'openssl',
      `req -x509 -newkey rsa:2048 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=cloud -addext subjectAltName=IP:127.0.0.1`.split(
        ' ',
      ),
      { encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    const openstack = await FakeOpenStack.start({ key: readFileSync(key), cert: readFileSync(cert) });
    openstack.add(ID, { size: 3 });
    rig.put(ID, 'raw');
    rig.configure({ openrc: writeOpenrc(rig, passwordOpenrc(openstack)) });
    expect(await verdict(rig)).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('certificate verify failed') as string,
    });
    expect(openstack.logins).toEqual([]);
    writeOpenrc(rig, [...passwordOpenrc(openstack), `export OS_CACERT=${cert}`]);
    expect(await verdict(rig)).toMatchObject({ state: 'linked' });
  });

  test('a notice says what cannot be detected while Glance is away and settling decides', async () => {
    const { rig } = await setUp({ glanceAway: 'settle' });
    expect(rig.status().notices).toEqual([expect.stringMatching(/^while Glance .*cut short/)]);
    rig.configure({ openrc: join(rig.root, 'admin-openrc') });
    expect(rig.status().notices).toEqual([]);
  });

  test('a file that a cloud dashboard hands out, with its password written in', async () => {
    const { rig, openstack } = await setUp();
    writeOpenrc(rig, [
      '#!/usr/bin/env bash',
      `export OS_AUTH_URL=${openstack.url}/identity`,
      'export OS_PROJECT_ID=0123456789abcdef',
      'export OS_PROJECT_DOMAIN_ID="default"',
      'if [ -z "$OS_PROJECT_DOMAIN_ID" ]; then unset OS_PROJECT_DOMAIN_ID; fi',
      'unset OS_TENANT_ID',
      'export OS_USERNAME="admin" # the name',
      'echo "Please enter your OpenStack Password: "',
      'read -sr OS_PASSWORD_INPUT',
      'export OS_PASSWORD=$OS_PASSWORD_INPUT',
      'export OS_PASSWORD=multi\\',
      'line',
      `export PS1='[\\u@\\h \\W(keystone_admin)]\\$ '`,
      'export OS_REGION_NAME="One"',
      'if [ -z "$OS_REGION_NAME" ]; then unset OS_REGION_NAME; fi',
    ]);
    rig.put(ID, 'raw');
    openstack.add(ID, { size: 3 });
    expect(await verdict(rig)).toMatchObject({ state: 'linked' });
    expect(openstack.logins[0]?.auth.scope).toEqual({ project: { id: '0123456789abcdef' } });
    expect(openstack.logins[0]?.auth.identity.password?.user.password).toBe('multiline');
  });
});

describe('--watch with Glance', () => {
  test('links without a full pass once the image is active, also after revoked and expired tokens', async () => {
    const { rig, openstack } = await setUp({ interval: 3600 });
    rig.watch();
    await until('first pass', () => existsSync(rig.state));
    for (const [n, upset] of [
      () => undefined,
      () => openstack.revoke(),
      () => (openstack.tokenSeconds = 61),
    ].entries()) {
      const id = uuid(n);
      openstack.add(id, { size: 3, status: 'saving' });
      rig.put(id, 'raw');
      await until('asked', () => openstack.asked.includes(id));
      upset();
      await new Promise((done) => setTimeout(done, 200));
      expect(existsSync(rig.linkOf(id))).toBe(false);
      openstack.add(id, { size: 3 });
      await until('link', () => existsSync(rig.linkOf(id)));
    }
    expect(openstack.logins.length).toBeGreaterThan(1);
    expect(openstack.asked.length).toBeLessThan(100);
  });

  test('asks less and less often while Glance is away, and links when it is back', async () => {
    const { rig, openstack } = await setUp({ interval: 0.2 });
    openstack.fault = { keystone: 503, glance: 503 };
    rig.put(ID, 'raw');
    openstack.add(ID, { size: 3 });
    rig.watch();
    await until('waits', () => rig.status().images.some((image) => image.reason.includes('does not answer')));
    openstack.fault = {};
    await until('link', () => existsSync(rig.linkOf(ID)));
  });
});
