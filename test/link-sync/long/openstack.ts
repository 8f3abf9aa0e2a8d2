import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';

const GLANCE = 64062;
const PASSWORD = "it's $ecret";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** kill -9 of the first process in a namespace that unshare(1) made: the kernel ends all others in it. */
function killNamespace(unshare: ChildProcess): void {
  if (unshare.exitCode !== null || unshare.signalCode !== null) return;
  const first = readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').trim();
  if (first) process.kill(Number(first), 'SIGKILL');
}

export interface ImageRecord {
  readonly id: string;
  readonly status: string;
  readonly size: number | null;
}

/** Debian's glance-api with a filesystem store and SQLite, and, where wanted, Debian's Keystone before it. */
export class OpenStack {
  readonly folder: string;
  readonly images: string;
  readonly cache: string;
  private readonly root: string;
  private readonly running: ChildProcess[] = [];
  private glance: ChildProcess | null = null;
  private glanceUrl = '';
  private keystoneUrl = '';
  private token = '';

  private constructor(root: string, folder: string) {
    this.root = root;
    this.folder = folder;
    this.images = join(folder, 'glance', 'images');
    this.cache = join(folder, 'glance', 'imagecache');
  }

  static async start(root: string, folder: string, withKeystone: boolean): Promise<OpenStack> {
    const openstack = new OpenStack(root, folder);
    mkdirSync(openstack.images, { recursive: true });
    mkdirSync(openstack.cache);
    for (const path of [join(folder, 'glance'), openstack.images]) chownSync(path, GLANCE, GLANCE);
    chmodSync(join(folder, 'glance'), 0o750);
    chmodSync(folder, 0o755);
    openstack.glanceUrl = `http://127.0.0.1:${await freePort()}`;
    try {
      if (withKeystone) await openstack.startKeystone();
      openstack.configureGlance();
      await openstack.startGlance();
    } catch (reason) {
      openstack.stop();
      throw reason;
    }
    return openstack;
  }

  stop(): void {
    this.running.forEach(killNamespace);
  }

  // -- services

  private command(...words: string[]): string[] {
    const helper = resolve(import.meta.dirname, 'services.sh');
    return ['--mount', '--pid', '--fork', '--kill-child', 'sh', helper, this.root, this.folder, ...words];
  }

  private run(...words: string[]): void {
    const { status, stdout, stderr } = spawnSync('unshare', this.command(...words), { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${words.join(' ')}: ${stdout}${stderr}`.slice(-3000));
  }

  private launch(name: string, ...words: string[]): ChildProcess {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const child = spawn('unshare', this.command(...words), { stdio: ['ignore', log, log] });
    this.running.push(child);
    return child;
  }

  private async answers(url: string, name: string): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      const up = await fetch(url).then(
        () => true,
        () => false,
      );
      if (up) return;
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error(`${name} does not answer: ${this.tail(name)}`);
  }

  private tail(name: string): string {
    return readFileSync(join(this.folder, `${name}.log`), 'utf8').slice(-3000);
  }

  private asGlance(...words: string[]): string[] {
    return ['setpriv', `--reuid=${GLANCE}`, `--regid=${GLANCE}`, '--clear-groups', ...words];
  }

  private async startKeystone(): Promise<void> {
    const port = await freePort();
    this.keystoneUrl = `http://127.0.0.1:${port}`;
    mkdirSync(join(this.folder, 'keystone'));
    const config = [
      '[DEFAULT]',
      '[database]',
      'connection = sqlite:////mnt/keystone/keystone.sqlite?timeout=60',
      'sqlite_synchronous = false',
      '[token]',
      'provider = fernet',
      '[fernet_tokens]',
      'key_repository = /mnt/keystone/fernet',
      '[credential]',
      'key_repository = /mnt/keystone/credential',
      '[catalog]', // from a file: over SQLite Keystone locks itself out when it writes endpoints
      'driver = templated',
      'template_file = /mnt/catalog',
    ];
    const catalog = [
      ...['public', 'internal', 'admin'].map(
        (iface) => `catalog.RegionOne.identity.${iface}URL = ${this.keystoneUrl}/v3`,
      ),
      'catalog.RegionOne.image.publicURL = http://127.0.0.1:1',
      `catalog.RegionOne.image.internalURL = ${this.glanceUrl}`,
    ];
    writeFileSync(join(this.folder, 'catalog'), catalog.join('\n') + '\n');
    writeFileSync(join(this.folder, 'keystone.conf'), config.join('\n') + '\n');
    const manage = (...words: string[]): void =>
      this.run('keystone-manage', '--config-file', '/mnt/keystone.conf', ...words);
    for (const folder of ['fernet', 'credential'])
      mkdirSync(join(this.folder, 'keystone', folder), { mode: 0o700 });
    manage('db_sync');
    manage('fernet_setup', '--keystone-user', 'root', '--keystone-group', 'root');
    manage('credential_setup', '--keystone-user', 'root', '--keystone-group', 'root');
    manage('bootstrap', '--bootstrap-password', PASSWORD);
    this.launch(
      'keystone',
      ...['env', 'OS_KEYSTONE_CONFIG_FILES=/mnt/keystone.conf', 'OS_KEYSTONE_CONFIG_DIR=/mnt'],
      ...['keystone-wsgi-public', '-b', '127.0.0.1', '-p', String(port)],
    );
    await this.answers(this.keystoneUrl, 'keystone');
    await this.logIn();
  }

  private configureGlance(): void {
    const config = [
      '[DEFAULT]',
      'bind_host = 127.0.0.1',
      `bind_port = ${new URL(this.glanceUrl).port}`,
      'workers = 0',
      '[database]',
      'connection = sqlite:////mnt/glance/glance.sqlite?timeout=60',
      'sqlite_synchronous = false',
      '[glance_store]',
      'stores = file',
      'default_store = file',
      'filesystem_store_datadir = /mnt/glance/images',
      '[paste_deploy]',
      'config_file = /usr/share/glance-common/glance-api-paste.ini',
    ];
    if (this.keystoneUrl) {
      config.push(
        'flavor = keystone',
        '[keystone_authtoken]',
        `www_authenticate_uri = ${this.keystoneUrl}/v3`,
      );
      config.push(
        `auth_url = ${this.keystoneUrl}/v3`,
        'auth_type = password',
        'username = admin',
        `password = ${PASSWORD.replace('$', () => '$$')}`,
      );
      config.push('project_name = admin', 'user_domain_id = default', 'project_domain_id = default');
    }
    writeFileSync(join(this.folder, 'glance.conf'), config.join('\n') + '\n');
    this.run(...this.asGlance('glance-manage', '--config-file', '/mnt/glance.conf', 'db_sync'));
  }

  async startGlance(): Promise<void> {
    this.glance = this.launch('glance', ...this.asGlance('glance-api', '--config-file', '/mnt/glance.conf'));
    await this.answers(this.glanceUrl, 'glance');
  }

  /** kill -9 of glance-api: its namespace and everything in it is gone at once. */
  async killGlance(): Promise<void> {
    const glance = this.glance;
    if (!glance) return;
    const gone = new Promise((done) => glance.once('exit', done));
    killNamespace(glance);
    await gone;
  }

  // -- Keystone

  private async keystone(
    method: string,
    path: string,
    body: object,
  ): Promise<{ headers: Headers; data: unknown }> {
    const response = await fetch(`${this.keystoneUrl}/v3${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', 'X-Auth-Token': this.token },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${this.tail('keystone')}`);
    return { headers: response.headers, data: await response.json() };
  }

  private async logIn(): Promise<string> {
    const user = { name: 'admin', domain: { id: 'default' }, password: PASSWORD };
    const scope = { project: { name: 'admin', domain: { id: 'default' } } };
    const auth = { identity: { methods: ['password'], password: { user } }, scope };
    const { headers, data } = await this.keystone('POST', '/auth/tokens', { auth });
    this.token = headers.get('x-subject-token') ?? '';
    return (data as { token: { user: { id: string } } }).token.user.id;
  }

  /** The admin's openrc, with a password or with an application credential. */
  async openrc(path: string, kind: 'password' | 'application credential'): Promise<string> {
    const lines = [
      `export OS_AUTH_URL=${this.keystoneUrl}`,
      'export OS_INTERFACE=internal',
      'export OS_REGION_NAME=RegionOne',
    ];
    if (kind === 'password') {
      lines.push(
        'export OS_USERNAME=admin',
        `export OS_PASSWORD="${PASSWORD.replace('$', () => '\\$')}"`,
        'export OS_PROJECT_NAME=admin',
      );
    } else {
      const user = await this.logIn();
      const credential = { name: 'link-sync', roles: [{ name: 'reader' }] };
      const { data } = await this.keystone('POST', `/users/${user}/application_credentials`, {
        application_credential: credential,
      });
      const made = (data as { application_credential: { id: string; secret: string } })
        .application_credential;
      lines.push(
        `export OS_APPLICATION_CREDENTIAL_ID=${made.id}`,
        `export OS_APPLICATION_CREDENTIAL_SECRET=${made.secret}`,
      );
    }
    writeFileSync(path, lines.join('\n') + '\n', { mode: 0o600 });
    return path;
  }

  // -- Glance

  private headers(more: Record<string, string>): Record<string, string> {
    return { ...(this.token ? { 'X-Auth-Token': this.token } : {}), ...more };
  }

  async create(disk_format: string, id?: string): Promise<string> {
    const response = await fetch(`${this.glanceUrl}/v2/images`, {
      method: 'POST',
      headers: this.headers({ 'Content-Type': 'application/json' }),
      body: JSON.stringify({ name: 'image', disk_format, container_format: 'bare', ...(id ? { id } : {}) }),
    });
    if (response.status !== 201) throw new Error(`${response.status} ${this.tail('glance')}`);
    return ((await response.json()) as ImageRecord).id;
  }

  async show(id: string): Promise<ImageRecord> {
    const response = await fetch(`${this.glanceUrl}/v2/images/${id}`, { headers: this.headers({}) });
    return (await response.json()) as ImageRecord;
  }

  async upload(id: string, content: Buffer): Promise<number> {
    const response = await fetch(`${this.glanceUrl}/v2/images/${id}/file`, {
      method: 'PUT',
      headers: this.headers({ 'Content-Type': 'application/octet-stream' }),
      body: new Uint8Array(content),
    });
    return response.status;
  }

  /** An upload that its caller feeds, ends or breaks off. */
  beginUpload(id: string): ClientRequest {
    const upload = request(`${this.glanceUrl}/v2/images/${id}/file`, {
      method: 'PUT',
      headers: this.headers({ 'Content-Type': 'application/octet-stream', 'Transfer-Encoding': 'chunked' }),
    });
    upload.on('error', () => undefined);
    return upload;
  }

  async download(id: string): Promise<Buffer> {
    const response = await fetch(`${this.glanceUrl}/v2/images/${id}/file`, { headers: this.headers({}) });
    if (response.status !== 200) throw new Error(`download: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async remove(id: string): Promise<void> {
    const response = await fetch(`${this.glanceUrl}/v2/images/${id}`, {
      method: 'DELETE',
      headers: this.headers({}),
    });
    if (response.status !== 204) throw new Error(`delete: ${response.status}`);
  }
}
