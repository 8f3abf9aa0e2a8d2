/** Checks the variables of an inventory: misspelled names, passwords, and values of the wrong type. */
import type { Diagnostic } from '../core/diagnostic.ts';
import { editDistance } from '../core/suggest.ts';
import { keyText } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { DiagnosticText } from '../core/yaml/source.ts';
import { CONNECTION_VARIABLES } from './connection-variables.ts';
import { clientHosts } from './inventory.ts';
import type { LoadedModel } from './read-model.ts';
import type { Roles } from './check-groups.ts';
import { checkSchema, isOpaque } from './check-schema.ts';

const USED = new Set(CONNECTION_VARIABLES.map(({ name }) => name));
const ANSIBLE_NAMES = [...USED].filter((name) => name.startsWith('ansible_'));
const OWN_NAMES = ['storage_address', 'fastboot'];

/** Names of Ansible that look almost like one that fastboot reads; they are not mistakes. */
const NOT_MISTAKES = new Set([
  'ansible_private_key_file',
  'ansible_ssh_args',
  'ansible_ssh_pass',
  'ansible_password',
]);

const PASSWORD = /^ansible_(?:\w+_)?(?:pass|password|passphrase)$/;

const MAX_ERRORS = 500;

/** Longer names are not compared with the known ones. */
const MAX_NAME_COMPARED = 60;

/** What the names of variables show: mistakes and passwords, and for `-v` variables of Ansible that fastboot does not use. */
export interface VarFindings {
  readonly diagnostics: readonly Diagnostic[];
  readonly unused: readonly Diagnostic[];
}

/** Looks at the name of every variable of the inventory once. */
export function checkVarNames(loaded: LoadedModel, roles: Roles): VarFindings {
  const relevant = relevantMaps(loaded, roles);
  const diagnostics: Diagnostic[] = [];
  const unused = new Map<string, Diagnostic>();
  for (const map of allMaps(loaded)) {
    if (diagnostics.length > MAX_ERRORS) break;
    for (const entry of map.entries) {
      const name = keyText(entry.key);
      const finding = PASSWORD.test(name)
        ? passwordFinding(name, entry, relevant.has(map))
        : misspelling(name, entry);
      if (finding !== undefined) diagnostics.push(diagnose(entry.key.source, entry.key.start, finding));
      else if (name.startsWith('ansible_') && !USED.has(name) && relevant.has(map) && !unused.has(name)) {
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

/** Finds wrong types and unknown keys, by the schema. */
export function checkVarTypes(loaded: LoadedModel): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const map of allMaps(loaded)) {
    diagnostics.push(...checkSchema(map));
    if (diagnostics.length > MAX_ERRORS) break;
  }
  return diagnostics;
}

/** The mappings whose variables count for a host that fastboot works on. */
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

/** A password as plain text is an error anywhere. One that Ansible would compute is an error only where fastboot needs it. */
function passwordFinding(name: string, { value }: YamlEntry, relevant: boolean): DiagnosticText | undefined {
  const isSet = value.kind !== 'scalar' || value.type !== 'null';
  if (!isSet || (isOpaque(value) && !relevant)) return undefined;
  return {
    message: `\`${name}\`: fastboot reads no passwords from files`,
    hint: 'remove it, and use --ask-pass and --ask-become-pass, or FASTBOOT_SSH_PASSWORD and FASTBOOT_BECOME_PASSWORD',
  };
}

/** A name that is almost one that fastboot reads. */
function misspelling(name: string, { value }: YamlEntry): DiagnosticText | undefined {
  if (USED.has(name) || NOT_MISTAKES.has(name) || name.length > MAX_NAME_COMPARED) return undefined;
  const meant = ANSIBLE_NAMES.find((key) => isNear(name, key));
  if (meant !== undefined)
    return { message: `unknown variable \`${name}\``, hint: `did you mean \`${meant}\`?` };
  const own = OWN_NAMES.find((key) => isNear(name, key) && (key !== 'fastboot' || value.kind === 'map'));
  if (own === undefined || own === name) return undefined;
  return { message: `unknown variable \`${name}\``, hint: `did you mean \`${own}\`?`, severity: 'warning' };
}

/** Whether two names differ in at most two letters; in the long name of the key file, in at most five. */
function isNear(name: string, key: string): boolean {
  const allowed = key.length > 20 ? 5 : 2;
  if (Math.abs(name.length - key.length) > allowed) return false;
  return editDistance(name.toLowerCase().replaceAll('-', '_'), key) <= allowed;
}
