import type { Diagnostic } from '../core/diagnostic.ts';
import { toPlain } from '../core/yaml/node.ts';
import type { YamlNode } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { Finding } from '../core/yaml/source.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Roles } from './check-groups.ts';
import { CONNECTION_VARIABLES } from './connection-variables.ts';
import type { ConnectionField } from './connection-variables.ts';
import { connectionEntry, connectionText } from './connection.ts';
import { mergeSettings, readSettings } from './read-settings.ts';
import { clientHosts } from './inventory.ts';
import type { SettingEntries } from './read-settings.ts';
import { isPoolSetting } from './settings-values.ts';
import type { LoadedModel } from './read-model.ts';
import type { ModelHost } from './model.ts';
import { canonicalAddress, isAddress, isLoopback, isName } from './names.ts';
import { isOpaque } from './check-schema.ts';
import type { Layer, Variables } from './variables.ts';

const fields = [...new Set(CONNECTION_VARIABLES.map(({ field }) => field))];

/** What must hold for the backend, the compute nodes and Glance's hosts; others are checked for form only. */
export function checkHosts(loaded: LoadedModel, roles: Roles): Diagnostic[] {
  const { backend } = roles;
  const clients = clientHosts(roles);
  const hosts = backend === undefined ? clients : [backend, ...clients];
  return [
    ...checkConnections(loaded, hosts),
    ...checkTemplates(loaded, hosts),
    ...checkAddresses(loaded, roles),
    ...(backend === undefined ? [] : checkPool(loaded, backend, clients)),
  ];
}

const at = (node: YamlNode, finding: Finding): Diagnostic => diagnose(node.source, node.start, finding);

function checkConnections({ variables }: LoadedModel, hosts: readonly ModelHost[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<YamlNode>();
  for (const host of hosts) {
    for (const field of fields) {
      const entry = connectionEntry(variables, host, field);
      if (entry === undefined || entry.value.kind !== 'scalar' || seen.has(entry.value)) continue;
      seen.add(entry.value);
      const name = String(entry.key.value);
      const finding = isOpaque(entry.value)
        ? needed(name)
        : checkField(field, name, String(entry.value.value));
      if (finding !== undefined) diagnostics.push(at(entry.value, finding));
    }
  }
  return diagnostics;
}

const needed = (name: string): Finding => ({
  message: `fastboot needs \`${name}\`, and cannot compute templates or decrypt values`,
  hint: 'write the value itself',
});

function checkField(field: ConnectionField, name: string, value: string): Finding | undefined {
  const shown = `\`${name}: ${value.slice(0, 80)}\``;
  switch (field) {
    case 'address':
    case 'storageAddress':
      return isAddress(value)
        ? undefined
        : { message: `${shown} is neither an IP address nor a host's name` };
    case 'user':
      return isName(value)
        ? undefined
        : {
            message: `${shown} is no name for a user`,
            hint: 'letters, digits, `.`, `_` and `-`, not starting with `-`',
          };
    case 'connection':
      if (value === 'ssh' || value === 'local') return undefined;
      return { message: `${shown} is not supported`, hint: 'fastboot knows ssh and local' };
    case 'privateKeyFile':
      return /\p{Cc}/u.test(value)
        ? { message: `\`${name}\` holds line breaks: it takes the path of the key, not the key` }
        : undefined;
    case 'port':
    case 'become':
      return undefined;
  }
}

/** Templates and encrypted values below `fastboot:`. */
function checkTemplates({ variables }: LoadedModel, hosts: readonly ModelHost[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<unknown>();
  const look = (node: YamlNode, name: string): void => {
    if (isOpaque(node)) diagnostics.push(at(node, needed(name)));
    if (node.kind === 'seq') for (const item of node.items) look(item, name);
    if (node.kind === 'map')
      for (const { key, value } of node.entries) look(value, `${name}.${String(key.value)}`);
  };
  for (const host of hosts) {
    for (const { vars } of variables.layers(host)) {
      if (seen.has(vars)) continue;
      seen.add(vars);
      for (const { key, value } of vars.entries) if (key.value === 'fastboot') look(value, 'fastboot');
    }
  }
  return diagnostics;
}

function checkAddresses({ variables }: LoadedModel, roles: Roles): Diagnostic[] {
  const { backend } = roles;
  const clients = clientHosts(roles);
  const diagnostics: Diagnostic[] = [];
  const place = (host: ModelHost, field: ConnectionField) =>
    connectionEntry(variables, host, field)?.value ?? host.key;
  const address = (host: ModelHost) =>
    canonicalAddress(connectionText(variables, host, 'address') ?? host.name);
  const logins = new Map<string, ModelHost>();
  const storage = new Map<string, ModelHost>();
  for (const host of new Set(backend === undefined ? clients : [backend, ...clients])) {
    if (connectionText(variables, host, 'connection') !== 'local' && !isTemplated(variables, host)) {
      const port = Number(connectionText(variables, host, 'port') ?? 22);
      const other = claim(logins, `${address(host)} port ${port}`, host);
      const message = `\`${host.name}\` and \`${other?.name ?? ''}\` have the same address and port: ${address(host)} port ${port}`;
      if (other !== undefined) diagnostics.push(at(place(host, 'address'), { message }));
    }
    const own =
      connectionText(variables, host, 'storageAddress') ?? (host === backend ? address(host) : undefined);
    const other = own === undefined ? undefined : claim(storage, canonicalAddress(own), host);
    if (other === undefined) continue;
    const message = `\`${host.name}\` and \`${other.name}\` have the same storage_address: ${own ?? ''}`;
    diagnostics.push(at(place(host, 'storageAddress'), { message, hint: 'each node needs one of its own' }));
  }
  if (backend !== undefined)
    diagnostics.push(
      ...checkLoopback(
        place,
        address(backend),
        connectionText(variables, backend, 'storageAddress'),
        backend,
      ),
    );
  return diagnostics;
}

/** Whether an address or a port is still to be computed; that is an error of its own. */
function isTemplated(variables: Variables, host: ModelHost): boolean {
  return (['address', 'port'] as const).some((field) => {
    const entry = connectionEntry(variables, host, field);
    return entry !== undefined && isOpaque(entry.value);
  });
}

/** Notes who has something; gives who had it before. */
function claim(owners: Map<string, ModelHost>, key: string, host: ModelHost): ModelHost | undefined {
  const other = owners.get(key);
  if (other === undefined) owners.set(key, host);
  return other;
}

function checkLoopback(
  place: (host: ModelHost, field: ConnectionField) => YamlNode,
  address: string,
  storage: string | undefined,
  backend: ModelHost,
): Diagnostic[] {
  if (!isLoopback(storage ?? address)) return [];
  const message = `compute nodes cannot mount from \`${storage ?? address}\`: it means the node itself`;
  const hint = `set \`storage_address\` of \`${backend.name}\` to its address on the storage network`;
  return [at(place(backend, storage === undefined ? 'address' : 'storageAddress'), { message, hint })];
}

/** One pool has one setting: folders that do not overlap, and nothing of it on compute nodes alone. */
function checkPool(
  { variables }: LoadedModel,
  backend: ModelHost,
  clients: readonly ModelHost[],
): Diagnostic[] {
  const layers = variables.layers(backend);
  const pool = mergeSettings(layers);
  const diagnostics = [...checkFolders(pool), ...checkOwner(pool)];
  const seen = new Set(layers.map((layer) => layer.vars));
  for (const host of clients) {
    for (const layer of variables.layers(host)) {
      if (seen.has(layer.vars)) continue;
      seen.add(layer.vars);
      diagnostics.push(...checkClientLayer(layer, pool, backend.name));
    }
  }
  return diagnostics;
}

function checkFolders(pool: SettingEntries): Diagnostic[] {
  const node = pool.get('pool.cache')?.entry.value ?? pool.get('pool.images')?.entry.value;
  const { images, cache } = readSettings(pool).pool;
  const inside = (a: string, b: string) => a === b || a.startsWith(`${b}/`);
  if (node === undefined || !(inside(images, cache) || inside(cache, images))) return [];
  const how = images === cache ? 'are the same folder' : 'lie one inside the other';
  return [at(node, { message: `\`pool.images\` (${images}) and \`pool.cache\` (${cache}) ${how}` })];
}

function checkOwner(pool: SettingEntries): Diagnostic[] {
  const node = pool.get('pool.owner')?.entry.value;
  const ids = readSettings(pool).pool.owner.split(':').map(Number);
  // the highest id means "no change" to chown
  const tooHigh = ids.some((id) => id >= 2 ** 32 - 1);
  return node !== undefined && tooHigh ? [at(node, { message: '`owner` holds an id above 4294967294' })] : [];
}

function checkClientLayer(layer: Layer, pool: SettingEntries, backend: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [path, { entry }] of mergeSettings([layer])) {
    if (!isPoolSetting(path)) continue;
    const set = pool.get(path)?.entry.value;
    if (set !== undefined && isDeepStrictEqual(toPlain(set), toPlain(entry.value))) continue;
    diagnostics.push(
      at(entry.key, {
        message: `\`${path}\` belongs to the pool, and is set for compute nodes here but not for \`${backend}\``,
        hint: 'set it under `all`, or for the backend',
      }),
    );
  }
  return diagnostics;
}
