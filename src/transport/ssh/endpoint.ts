/** Finds out how to reach a server, from the inventory, the options and ssh_config. */
import { join } from 'node:path';
import { err, ok, type Result } from '../../core/result.ts';
import { type ConfigFiles, type ConfigProblem, resolvePath } from './config-files.ts';
import { formatAddress } from './errors.ts';
import type { HostIdentity } from './host-keys.ts';
import { lookupNames } from './known-hosts.ts';
import type { SshOptions } from './options.ts';
import { type ConfigValues, readConfigValues } from './ssh-config.ts';

/** A host of the inventory, or a jump host as ProxyJump names it. */
export interface Login {
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly privateKeyFile: string | undefined;
  /** The value of ProxyJump; undefined: as in ssh_config. */
  readonly proxyJump: string | undefined;
}

/** A server with everything that is needed to log in to it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** For messages. */
  readonly address: string;
  readonly identity: HostIdentity;
  /** Private keys that are named for this host. If there are none, the default keys are tried. */
  readonly identityFiles: readonly string[];
  /** Whether only those keys of the agent are tried that belong to `identityFiles`. */
  readonly identitiesOnly: boolean;
  readonly connectTimeoutSeconds: number;
  /** The jump host, if any. */
  readonly jump: Endpoint | undefined;
}

const DEFAULT_CONNECT_TIMEOUT_S = 10;
const MAX_JUMPS = 8;
const NOTHING: ConfigValues = { first: new Map(), identityFiles: [] };

/**
 * Adds the values of ssh_config to a login; values of the login win. These keywords are used: HostName, User, Port,
 * IdentityFile, IdentitiesOnly, ProxyJump, UserKnownHostsFile, HostKeyAlias, StrictHostKeyChecking (`accept-new` only, never
 * `no`), ConnectTimeout. A host is looked up in ssh_config by its address in the inventory.
 */
export function resolveEndpoint(
  login: Login,
  options: SshOptions,
  files: ConfigFiles,
  depth = 0,
): Result<Endpoint, ConfigProblem> {
  if (depth > MAX_JUMPS) {
    return err({
      reason: 'ProxyJump goes through too many hosts',
      hint: 'Look for a loop of ProxyJump in ssh_config. `ProxyJump none` ends a chain.',
    });
  }
  const config = readValues(login, options, files);
  if (!config.ok) return config;
  const { first, identityFiles } = config.value;
  const get = (keyword: string): string | undefined => first.get(keyword)?.[0];

  const command = get('proxycommand');
  if (login.proxyJump === undefined && command !== undefined && command.toLowerCase() !== 'none') {
    return err({
      reason: 'ssh_config reaches this host with ProxyCommand, which fastboot does not run',
      hint: 'Use ProxyJump instead.',
    });
  }
  const jump = resolveJump(login.proxyJump ?? get('proxyjump') ?? 'none', options, files, depth);
  if (!jump.ok) return jump;

  const host = expand(get('hostname') ?? '%h', { h: login.host });
  const port = login.port ?? parsePort(get('port')) ?? 22;
  const user = login.user ?? get('user') ?? options.localUser;
  const tokens = { h: host, n: login.host, p: String(port), r: user, u: options.localUser, d: options.home };
  const named = login.privateKeyFile === undefined ? identityFiles : [login.privateKeyFile];
  return ok({
    host,
    port,
    user,
    address: formatAddress(host, port),
    identity: {
      address: formatAddress(host, port),
      names: lookupNames(host, port, get('hostkeyalias')),
      files: knownHostsFiles(first.get('userknownhostsfile'), options).map((file) => expand(file, tokens)),
      acceptNew: options.acceptNewHostKeys || get('stricthostkeychecking')?.toLowerCase() === 'accept-new',
    },
    identityFiles: named
      .filter((file) => file !== 'none')
      .map((file) => keyPath(expand(file, tokens), options.home)),
    identitiesOnly: get('identitiesonly')?.toLowerCase() === 'yes',
    connectTimeoutSeconds:
      options.connectTimeoutSeconds ?? parseSeconds(get('connecttimeout')) ?? DEFAULT_CONNECT_TIMEOUT_S,
    jump: jump.value,
  });
}

function readValues(
  login: Login,
  options: SshOptions,
  files: ConfigFiles,
): Result<ConfigValues, ConfigProblem> {
  const { sshConfigFile: file, home, localUser } = options;
  if (file === undefined) return ok(NOTHING);
  const content = files.read(file);
  if (!content.ok) return content;
  if (content.value === undefined && file !== join(home, '.ssh', 'config')) {
    return err({ reason: `${file}: no such file`, hint: 'Check --ssh-config.' });
  }
  return readConfigValues(file, { host: login.host, user: login.user, localUser, home }, files);
}

/** `a,b` means: connect to a, from there to b, and from there to the host. */
function resolveJump(
  proxyJump: string,
  options: SshOptions,
  files: ConfigFiles,
  depth: number,
): Result<Endpoint | undefined, ConfigProblem> {
  if (proxyJump.toLowerCase() === 'none') return ok(undefined);
  const hops = proxyJump.split(',').map((hop) => hop.trim());
  const last = parseHop(hops.pop() ?? '');
  if (last === undefined) {
    return err({
      reason: `ProxyJump "${proxyJump}" cannot be understood`,
      hint: 'Expected [user@]host[:port], or several of them with commas between.',
    });
  }
  const before = hops.length === 0 ? undefined : hops.join(',');
  return resolveEndpoint(
    { ...last, privateKeyFile: undefined, proxyJump: before },
    options,
    files,
    depth + 1,
  );
}

function parseHop(text: string): Pick<Login, 'host' | 'port' | 'user'> | undefined {
  const hop = text.replace(/^ssh:\/\//i, '').replace(/\/$/, '');
  const match = /^(?:(?<user>[^@]+)@)?(?:\[(?<v6>[^\]]+)\]|(?<host>[^:@[\]]+))(?::(?<port>\d+))?$/.exec(hop);
  const host = match?.groups?.['v6'] ?? match?.groups?.['host'];
  if (host === undefined) return undefined;
  return { host, user: match?.groups?.['user'], port: parsePort(match?.groups?.['port']) };
}

function knownHostsFiles(
  configured: readonly string[] | undefined,
  { knownHostsFiles: files, home }: SshOptions,
): readonly string[] {
  if (configured === undefined || files[0] !== join(home, '.ssh', 'known_hosts')) return files;
  const own = configured.filter((file) => file !== 'none').map((file) => keyPath(file, home));
  return [...own, ...files.slice(1)];
}

/** Only `~/` is replaced in the path of a key file. */
const keyPath = (file: string, home: string): string =>
  file.startsWith('~/') ? resolvePath(file, home) : file;

function expand(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%(.)/g, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)));
}

function parsePort(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

function parseSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}
