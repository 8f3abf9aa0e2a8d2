import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Rig } from './rig.ts';

export interface GlanceImage {
  id: string;
  status: string;
  size: number | null;
  disk_format: string | null;
}

export interface Login {
  auth: {
    identity: {
      methods: string[];
      password?: { user: { name?: string; id?: string; password: string; domain?: object } };
      application_credential?: object;
    };
    scope?: object;
  };
}

/** A server's key and certificate, as text. */
export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Keystone and Glance on one port, as much of them as link-sync asks. */
export class FakeOpenStack {
  readonly images = new Map<string, GlanceImage>();
  readonly logins: Login[] = [];
  /** Image ids that were asked about, in order. */
  readonly asked: string[] = [];
  /** What goes wrong: a status for every answer, or no answer at all. */
  fault: { keystone?: number | 'silent'; glance?: number | 'silent' } = {};
  tokenSeconds = 3600;
  connections = 0;
  private tokens = 0;
  private valid = '';
  private readonly server: Server;

  private constructor(private readonly tls?: Certificate) {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      void this.answer(request, response);
    this.server = tls ? createTlsServer(tls, answer) : createServer(answer);
    this.server.on('connection', () => this.connections++);
  }

  static async start(tls?: Certificate): Promise<FakeOpenStack> {
    const fake = new FakeOpenStack(tls);
    await new Promise<void>((done) => fake.server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      fake.server.closeAllConnections();
      fake.server.close();
    });
    return fake;
  }

  get url(): string {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends all connections, as a server or a proxy does with those that were idle for long. */
  hangUp(): void {
    this.server.closeAllConnections();
  }

  /** All tokens given so far are void. */
  revoke(): void {
    this.valid = '';
  }

  add(id: string, fields: Partial<GlanceImage>): void {
    this.images.set(id, { id, status: 'active', size: null, disk_format: 'raw', ...fields });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += String(part);
    const keystone = request.url === '/identity/v3/auth/tokens';
    const fault = keystone ? this.fault.keystone : this.fault.glance;
    if (fault === 'silent') return;
    if (fault !== undefined) {
      response.writeHead(fault).end('{}');
      return;
    }
    if (keystone) this.logIn(JSON.parse(body) as Login, response);
    else this.show(request, response);
  }

  private logIn(login: Login, response: ServerResponse): void {
    this.logins.push(login);
    this.valid = `token-${++this.tokens}`;
    const now = Date.now();
    const endpoint = (iface: string, region: string, path: string): object => ({
      interface: iface,
      region,
      region_id: region,
      url: this.url + path,
    });
    const token = {
      issued_at: new Date(now).toISOString(),
      expires_at: new Date(now + this.tokenSeconds * 1000).toISOString(),
      catalog: [
        { type: 'compute', endpoints: [endpoint('public', 'One', '/compute')] },
        {
          type: 'image',
          endpoints: [
            endpoint('public', 'One', '/one'),
            endpoint('internal', 'One', '/one-internal/v2/'),
            endpoint('public', 'Two', '/two/'),
          ],
        },
      ],
    };
    response.writeHead(201, { 'X-Subject-Token': this.valid }).end(JSON.stringify({ token }));
  }

  private show(request: IncomingMessage, response: ServerResponse): void {
    const match = /^\/(?:one|one-internal|two)\/v2\/images\/([^/]+)$/.exec(request.url ?? '');
    if (request.headers['x-auth-token'] !== this.valid) {
      response.writeHead(401).end('{}');
      return;
    }
    const id = match?.[1] ?? '';
    this.asked.push(id);
    const image = this.images.get(id);
    if (image) response.writeHead(200).end(JSON.stringify(image));
    else response.writeHead(404).end('{}');
  }
}

/** Writes an openrc file into the rig; readable by its owner alone, unless told otherwise. */
export function writeOpenrc(rig: Rig, lines: readonly string[], mode = 0o600): string {
  const path = join(rig.root, 'admin-openrc');
  writeFileSync(path, lines.join('\n') + '\n');
  chmodSync(path, mode);
  return path;
}

/** The openrc of an admin with a password. */
export function passwordOpenrc(openstack: FakeOpenStack): string[] {
  return [
    '# admin',
    `export OS_AUTH_URL=${openstack.url}/identity`,
    'export OS_USERNAME=admin',
    `export OS_PASSWORD='pa$$ "word" #1'`,
    'export OS_PROJECT_NAME=admin',
    'export OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME="Default"',
    'export OS_IDENTITY_API_VERSION=3',
  ];
}
