/** Checks addresses of hosts: no two hosts have the same one, and compute nodes can mount from the backend's. */
import type { Diagnostic } from '../core/diagnostic.ts';
import type { YamlNode } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { DiagnosticText } from '../core/yaml/source.ts';
import type { Roles } from './check-groups.ts';
import { isOpaque } from './check-schema.ts';
import type { ConnectionField } from './connection-variables.ts';
import { connectionEntry, connectionText } from './connection.ts';
import { clientHosts } from './inventory.ts';
import type { ModelHost } from './model.ts';
import { canonicalAddress, isLoopback } from '../formats/address.ts';
import type { Variables } from './variables.ts';

/** Checks the hosts that fastboot works on. */
export function checkAddresses(variables: Variables, roles: Roles): Diagnostic[] {
  const { backend } = roles;
  const clients = clientHosts(roles);
  const diagnostics: Diagnostic[] = [];
  const at = (host: ModelHost, field: ConnectionField, finding: DiagnosticText): number =>
    diagnostics.push(diagnoseAt(placeOf(variables, host, field), finding));
  const address = (host: ModelHost): string =>
    canonicalAddress(connectionText(variables, host, 'address') ?? host.name);
  const logins = new Map<string, ModelHost>();
  const storage = new Map<string, ModelHost>();
  for (const host of new Set(backend === undefined ? clients : [backend, ...clients])) {
    if (connectionText(variables, host, 'connection') !== 'local' && !isUnknown(variables, host)) {
      const login = `${address(host)} port ${Number(connectionText(variables, host, 'port') ?? 22)}`;
      const other = claim(logins, login, host);
      if (other !== undefined)
        at(host, 'address', {
          message: `\`${host.name}\` and \`${other.name}\` have the same address and port: ${login}`,
          hint: 'correct `ansible_host` or `ansible_port` of one of them',
        });
    }
    const own =
      connectionText(variables, host, 'storageAddress') ?? (host === backend ? address(host) : undefined);
    const other = own === undefined ? undefined : claim(storage, canonicalAddress(own), host);
    if (other !== undefined)
      at(host, 'storageAddress', {
        message: `\`${host.name}\` and \`${other.name}\` have the same storage_address: ${own ?? ''}`,
        hint: 'each host needs its own',
      });
  }
  return backend === undefined ? diagnostics : [...diagnostics, ...checkLoopback(variables, backend)];
}

/** An address that means "this machine" leads a compute node to itself, not to the backend. */
function checkLoopback(variables: Variables, backend: ModelHost): Diagnostic[] {
  const storage = connectionText(variables, backend, 'storageAddress');
  const address = storage ?? canonicalAddress(connectionText(variables, backend, 'address') ?? backend.name);
  if (!isLoopback(address)) return [];
  const place = placeOf(variables, backend, storage === undefined ? 'address' : 'storageAddress');
  const message = `compute nodes cannot mount from \`${address}\`: on a compute node it means the node itself`;
  const hint = `set \`storage_address\` of \`${backend.name}\` to its address on the storage network`;
  return [diagnoseAt(place, { message, hint })];
}

/** Whether only Ansible can tell the address or the port; another check reports that. */
function isUnknown(variables: Variables, host: ModelHost): boolean {
  return (['address', 'port'] as const).some((field) => {
    const entry = connectionEntry(variables, host, field);
    return entry !== undefined && isOpaque(entry.value);
  });
}

/** Notes that a host has something; gives the host that had it before. */
function claim(owners: Map<string, ModelHost>, key: string, host: ModelHost): ModelHost | undefined {
  const other = owners.get(key);
  if (other === undefined) owners.set(key, host);
  return other;
}

/** Where a field is set; where it is not, the name of the host. */
function placeOf(variables: Variables, host: ModelHost, field: ConnectionField): YamlNode {
  return connectionEntry(variables, host, field)?.value ?? host.key;
}

function diagnoseAt(node: YamlNode, finding: DiagnosticText): Diagnostic {
  return diagnose(node.source, node.start, finding);
}
