/** Checks the hosts that fastboot works on: how they are reached, their addresses, and their settings. */
import type { Diagnostic } from '../core/diagnostic.ts';
import type { YamlNode } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { DiagnosticText } from '../core/yaml/source.ts';
import { checkAddresses } from './check-addresses.ts';
import type { Roles } from './check-groups.ts';
import { checkPool } from './check-pool.ts';
import { isOpaque } from './check-schema.ts';
import { CONNECTION_VARIABLES } from './connection-variables.ts';
import type { ConnectionField } from './connection-variables.ts';
import { connectionEntry } from './connection.ts';
import { clientHosts } from './inventory.ts';
import type { ModelHost } from './model.ts';
import { isAddress, isName, NAME_RULE } from './names.ts';
import type { LoadedModel } from './read-model.ts';
import type { Variables } from './variables.ts';

const FIELDS = [...new Set(CONNECTION_VARIABLES.map(({ field }) => field))];

const MAX_VALUE_SHOWN = 80;

/** What must hold for the backend, the compute nodes and Glance's hosts. Of other hosts only the form is checked. */
export function checkHosts({ variables }: LoadedModel, roles: Roles): Diagnostic[] {
  const { backend } = roles;
  const clients = clientHosts(roles);
  const hosts = backend === undefined ? clients : [backend, ...clients];
  return [
    ...checkConnections(variables, hosts),
    ...checkTemplates(variables, hosts),
    ...checkAddresses(variables, roles),
    ...(backend === undefined ? [] : checkPool(variables, backend, clients)),
  ];
}

const at = (node: YamlNode, finding: DiagnosticText): Diagnostic =>
  diagnose(node.source, node.start, finding);

function checkConnections(variables: Variables, hosts: readonly ModelHost[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<YamlNode>();
  for (const host of hosts) {
    for (const field of FIELDS) {
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

function needed(name: string): DiagnosticText {
  return {
    message: `fastboot needs \`${name}\`, but cannot evaluate templates or decrypt values`,
    hint: 'write the value itself',
  };
}

function checkField(field: ConnectionField, name: string, value: string): DiagnosticText | undefined {
  const shown = `\`${name}: ${value.slice(0, MAX_VALUE_SHOWN)}\``;
  switch (field) {
    case 'address':
    case 'storageAddress':
      return isAddress(value)
        ? undefined
        : {
            message: `${shown} is neither an IP address nor a host's name`,
            hint: 'give an address such as 192.0.2.10, or a name that resolves',
          };
    case 'user':
      return isName(value) ? undefined : { message: `${shown} is not a valid user name`, hint: NAME_RULE };
    case 'connection':
      if (value === 'ssh' || value === 'local') return undefined;
      return { message: `${shown} is not supported`, hint: 'fastboot supports ssh and local' };
    case 'privateKeyFile':
      return /\p{Cc}/u.test(value)
        ? { message: `\`${name}\` has line breaks: it must be the path of the key, not the key itself` }
        : undefined;
    case 'port':
    case 'become':
      return undefined;
  }
}

/** Finds templates and encrypted values below `fastboot:`. */
function checkTemplates(variables: Variables, hosts: readonly ModelHost[]): Diagnostic[] {
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
