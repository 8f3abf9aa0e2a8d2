import type { Diagnostic } from '../core/diagnostic.ts';
import { editDistance } from '../core/suggest.ts';
import { keyText } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { Finding } from '../core/yaml/source.ts';
import { CONNECTION_VARIABLES } from './connection-variables.ts';
import { clientHosts } from './inventory.ts';
import type { LoadedModel } from './read-model.ts';
import type { Roles } from './check-groups.ts';
import { checkSchema, isOpaque } from './check-schema.ts';

const used = new Set(CONNECTION_VARIABLES.map(({ name }) => name));
const connection = [...used].filter((name) => name.startsWith('ansible_'));
const ownNames = ['storage_address', 'fastboot'];
/** Ansible's own names that lie so near to a connection key that they could be taken for a slip. */
const legitimate = new Set([
  'ansible_private_key_file',
  'ansible_ssh_args',
  'ansible_ssh_pass',
  'ansible_password',
]);
const password = /^ansible_(?:\w+_)?(?:pass|password|passphrase)$/;

/** What variables' names tell: slips, passwords, and (for `-v`) Ansible's variables that fastboot does not use. */
export interface VarFindings {
  readonly diagnostics: readonly Diagnostic[];
  readonly unused: readonly Diagnostic[];
}

/** Looks at every variable of the inventory once. */
export function checkVarNames(loaded: LoadedModel, roles: Roles): VarFindings {
  const relevant = relevantMaps(loaded, roles);
  const diagnostics: Diagnostic[] = [];
  const unused = new Map<string, Diagnostic>();
  for (const map of allMaps(loaded)) {
    if (diagnostics.length > maxErrors) break;
    for (const entry of map.entries) {
      const name = keyText(entry.key);
      const finding = password.test(name)
        ? passwordFinding(name, entry, relevant.has(map))
        : slip(name, entry);
      if (finding !== undefined) diagnostics.push(diagnose(entry.key.source, entry.key.start, finding));
      else if (name.startsWith('ansible_') && !used.has(name) && relevant.has(map) && !unused.has(name)) {
        const message = `fastboot does not use \`${name}\``;
        unused.set(name, diagnose(entry.key.source, entry.key.start, { message, severity: 'notice' }));
      }
    }
  }
  return { diagnostics, unused: [...unused.values()] };
}

/** Every mapping of variables in the inventory and beside it. */
function allMaps({ model, varFiles }: LoadedModel): Set<YamlMap> {
  const owners = [...model.groups.values(), ...model.hosts.values()];
  const files = [...varFiles.groups.values(), ...varFiles.hosts.values()];
  const maps = new Set<YamlMap>();
  for (const owner of owners) for (const map of owner.vars) maps.add(map);
  for (const file of files) for (const map of file) maps.add(map);
  return maps;
}

const maxErrors = 500;

/** Wrong types and unknown keys, by the schema. */
export function checkVarTypes(loaded: LoadedModel): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const map of allMaps(loaded)) {
    diagnostics.push(...checkSchema(map));
    if (diagnostics.length > maxErrors) break;
  }
  return diagnostics;
}

/** Mappings whose variables reach a host that fastboot works on. */
function relevantMaps({ variables }: LoadedModel, roles: Roles): Set<YamlMap> {
  const { backend } = roles;
  const clients = clientHosts(roles);
  const maps = new Set<YamlMap>();
  const groups = new Set<string>();
  for (const host of backend === undefined ? clients : [backend, ...clients]) {
    const key = variables.groupKey(host);
    for (const layer of groups.has(key) ? variables.own(host) : variables.layers(host)) maps.add(layer.vars);
    groups.add(key);
  }
  return maps;
}

/** A password as plain text is an error anywhere; one that Ansible would compute, only where fastboot would need it. */
function passwordFinding(name: string, { value }: YamlEntry, relevant: boolean): Finding | undefined {
  const isSet = value.kind !== 'scalar' || value.type !== 'null';
  if (!isSet || (isOpaque(value) && !relevant)) return undefined;
  return {
    message: `\`${name}\`: fastboot takes no password from a file`,
    hint: 'remove it, and use a prompt (--ask-pass, --ask-become-pass) or FASTBOOT_SSH_PASSWORD and FASTBOOT_BECOME_PASSWORD',
  };
}

function slip(name: string, { value }: YamlEntry): Finding | undefined {
  if (used.has(name) || legitimate.has(name) || name.length > 60) return undefined;
  const meant = connection.find((key) => near(name, key));
  if (meant !== undefined)
    return { message: `unknown variable \`${name}\``, hint: `did you mean \`${meant}\`?` };
  const own = ownNames.find((key) => near(name, key) && (key !== 'fastboot' || value.kind === 'map'));
  if (own === undefined || own === name) return undefined;
  return { message: `unknown variable \`${name}\``, hint: `did you mean \`${own}\`?`, severity: 'warning' };
}

/** Two errors at most, or five in the long name of the key file. */
function near(name: string, key: string): boolean {
  const allowed = key.length > 20 ? 5 : 2;
  if (Math.abs(name.length - key.length) > allowed) return false;
  return editDistance(name.toLowerCase().replaceAll('-', '_'), key) <= allowed;
}
