/** Reads how a host is reached from its variables, and makes a `Host` of it. */
import type { YamlEntry } from '../core/yaml/node.ts';
import { toPlain } from '../core/yaml/node.ts';
import { variablesOf } from './connection-variables.ts';
import type { ConnectionField } from './connection-variables.ts';
import type { Host } from './inventory.ts';
import type { Settings } from './settings.ts';
import type { ModelHost } from './model.ts';
import type { Variables } from './variables.ts';

/** The entry that sets a field of a host. A variable that is null counts as not set. */
export function connectionEntry(
  variables: Variables,
  host: ModelHost,
  field: ConnectionField,
): YamlEntry | undefined {
  for (const name of variablesOf(field)) {
    const entry = variables.lookup(host, name);
    if (entry !== undefined && !(entry.value.kind === 'scalar' && entry.value.type === 'null')) return entry;
  }
  return undefined;
}

/** The value of a field as text. */
export function connectionText(
  variables: Variables,
  host: ModelHost,
  field: ConnectionField,
): string | undefined {
  const value = connectionEntry(variables, host, field)?.value;
  return value?.kind === 'scalar' ? String(value.value) : undefined;
}

/** A host as the rest of fastboot sees it. Its variables must have no errors. */
export function toHost(variables: Variables, host: ModelHost, settings: Settings): Host {
  const text = (field: ConnectionField) => connectionText(variables, host, field);
  const port = text('port');
  let vars: Readonly<Record<string, unknown>> | undefined;
  return {
    name: host.name,
    address: text('address') ?? host.name,
    port: Number(port ?? 22),
    portGiven: port !== undefined,
    user: text('user'),
    privateKeyFile: text('privateKeyFile'),
    become: /^(?:y|yes|t|true|on|1)$/i.test(text('become') ?? 'no'),
    connection: text('connection') === 'local' ? 'local' : 'ssh',
    storageAddress: text('storageAddress'),
    groups: variables
      .groupsOf(host)
      .map((group) => group.name)
      .sort(),
    settings,
    // computed when needed: many hosts repeat the variables of their groups
    get vars() {
      return (vars ??= Object.fromEntries(
        [...variables.effective(host)].map(([name, entry]) => [name, toPlain(entry.value)]),
      ));
    },
  };
}
