/**
 * Makes Ansible's groups and hosts from the top mapping of an inventory, as Ansible's YAML inventory plugin does. What Ansible
 * refuses is an error. What Ansible skips is an error where it looks like a mistake, else a warning.
 */
import type { Diagnostic } from '../core/diagnostic.ts';
import { suggest } from '../core/suggest.ts';
import { describeNode, isNull, keyText } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../core/yaml/node.ts';
import { readHosts } from './read-hosts.ts';
import { addChild, addGroup, report } from './model-builder.ts';
import type { Builder } from './model-builder.ts';
import { backendGroup, computeGroup } from './inventory.ts';
import type { Model, ModelGroup } from './model.ts';
import { reconcile } from './group-hierarchy.ts';

const OWN_GROUPS = ['all', computeGroup, backendGroup];

/** The groups and hosts, as far as they can be read, and what is wrong. */
export function buildModel(root: YamlMap): { model: Model; diagnostics: Diagnostic[] } {
  const builder: Builder = {
    groups: new Map(),
    hosts: new Map(),
    diagnostics: [],
    memberships: 0,
    full: false,
  };
  const all = addGroup(builder, 'all', undefined);
  addChild(all, addGroup(builder, 'ungrouped', undefined), undefined);
  for (const entry of root.entries) {
    if (isStrayValue(entry)) skipStrayValue(builder, entry.key);
    else readGroup(builder, entry);
  }
  builder.diagnostics.push(...reconcile(builder));
  return { model: builder, diagnostics: builder.diagnostics };
}

/** A value at the top that cannot be meant as a group; Ansible skips it with a warning. */
function isStrayValue({ key, value }: YamlEntry): boolean {
  const name = keyText(key);
  const meant = OWN_GROUPS.includes(name) || suggest(name, OWN_GROUPS) !== undefined;
  return value.kind === 'scalar' && !isNull(value) && !meant;
}

function skipStrayValue(builder: Builder, key: YamlScalar): void {
  report(builder, key, {
    message: `\`${keyText(key)}\` is not a group; Ansible skips it`,
    severity: 'warning',
  });
}

function readGroup(builder: Builder, { key, value }: YamlEntry): ModelGroup | undefined {
  if (key.type !== 'string' || key.value === '') {
    report(builder, key, {
      message: `a group's name must be text, not ${describeNode(key)}`,
      hint: 'put it in quotes',
    });
    return undefined;
  }
  const group = addGroup(builder, key.value, key);
  if (value.kind !== 'map' && !isNull(value)) {
    const message = `\`${key.value}\` is not a group: it must be a mapping, not ${describeNode(value)}`;
    report(builder, value.kind === 'scalar' ? value : key, { message });
    return undefined;
  }
  if (value.kind === 'map') for (const entry of value.entries) readSection(builder, group, entry);
  return group;
}

function readSection(builder: Builder, group: ModelGroup, entry: YamlEntry): void {
  const name = entry.key.type === 'string' ? entry.key.value : '';
  if (name !== 'vars' && name !== 'children' && name !== 'hosts') {
    unknownKey(builder, group, entry);
    return;
  }
  const section = asMapping(entry.value);
  if (section === undefined) {
    const { value } = entry;
    const message = `\`${name}\` of the group \`${group.name}\` must be a mapping, not ${describeNode(value)}`;
    const hint = value.kind === 'seq' ? 'write each name as a key: `name:` in place of `- name`' : undefined;
    report(builder, value.kind === 'scalar' ? value : entry.key, { message, hint });
  } else if (name === 'vars') {
    readVars(builder, group, section);
  } else if (name === 'hosts') {
    for (const host of section.entries) readHosts(builder, group, host);
  } else {
    for (const child of section.entries) {
      const made = readGroup(builder, child);
      if (made !== undefined) addChild(group, made, child.key);
    }
  }
}

/** A section as a mapping. Ansible takes a single word as a mapping with that key. */
function asMapping(node: YamlNode): YamlMap | undefined {
  if (node.kind === 'map') return node;
  if (node.kind === 'seq') return undefined;
  const { source, start } = node;
  const shell = { kind: 'map', source, start, height: 1, size: 1 } as const;
  if (node.type === 'null') return { ...shell, entries: [] };
  if (node.type !== 'string') return undefined;
  const nothing: YamlScalar = { ...node, type: 'null', value: null, text: '' };
  return { ...shell, entries: [{ key: node, value: nothing }] };
}

function unknownKey(builder: Builder, group: ModelGroup, { key }: YamlEntry): void {
  const word = String(key.value);
  const prefixed = ['children', 'hosts', 'vars'].find((known) =>
    word.toLowerCase().startsWith(known.slice(0, 3)),
  );
  const near = suggest(word, ['hosts', 'vars', 'children']) ?? (word.length < 12 ? prefixed : undefined);
  report(builder, key, {
    message: `unknown key \`${word}\` in the group \`${group.name}\`; Ansible skips it`,
    hint:
      near === undefined ? 'variables go under `vars`, groups under `children`' : `did you mean \`${near}\`?`,
    severity: near === undefined ? 'warning' : 'error',
  });
}

function readVars(builder: Builder, group: ModelGroup, vars: YamlMap): void {
  const priority = vars.entries.find(({ key }) => key.value === 'ansible_group_priority');
  if (priority === undefined) {
    group.vars.push(vars);
    return;
  }
  group.vars.push({ ...vars, entries: vars.entries.filter((entry) => entry !== priority) });
  const { value } = priority;
  const number = value.kind === 'scalar' && value.type !== 'null' ? Number(value.value) : NaN;
  if (Number.isFinite(number)) group.priority = Math.trunc(number);
  else report(builder, value, { message: '`ansible_group_priority` must be a whole number' });
}
