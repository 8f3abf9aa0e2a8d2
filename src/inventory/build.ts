import type { Diagnostic } from '../core/diagnostic.ts';
import { suggest } from '../core/suggest.ts';
import { describeNode, isNull, keyText } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { Finding } from '../core/yaml/source.ts';
import type { Model, ModelGroup, ModelHost } from './model.ts';
import { parseHostPattern } from './range.ts';
import { reconcile } from './reconcile.ts';

export const maxHosts = 100_000;
/** Hosts times the groups that name them; a bound on what ranges in many groups can cost. */
const maxMemberships = 1_000_000;

const ownGroups = ['all', 'compute', 'nfs_backend'];

interface Builder {
  readonly groups: Map<string, ModelGroup>;
  readonly hosts: Map<string, ModelHost>;
  readonly diagnostics: Diagnostic[];
  memberships: number;
  full: boolean;
}

/**
 * Makes Ansible's groups and hosts from an inventory's top mapping, as Ansible's YAML inventory plugin does. What
 * Ansible refuses is an error; what it skips is an error where it looks like a slip, else a warning.
 */
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

/** A value at the top that nobody can have meant as a group; Ansible skips it with a warning. */
function isStrayValue({ key, value }: YamlEntry): boolean {
  const meant = suggest(keyText(key), ownGroups) !== undefined || ownGroups.includes(keyText(key));
  return value.kind === 'scalar' && !isNull(value) && !meant;
}

function skipStrayValue(builder: Builder, key: YamlScalar): void {
  report(builder, key, {
    message: `\`${keyText(key)}\` is not a group; Ansible skips it`,
    severity: 'warning',
  });
}

function report(builder: Builder, node: YamlNode, finding: Finding): void {
  builder.diagnostics.push(diagnose(node.source, node.start, finding));
}

function addGroup(builder: Builder, name: string, key: YamlScalar | undefined): ModelGroup {
  const known = builder.groups.get(name);
  if (known !== undefined) return known;
  const group: ModelGroup = {
    name,
    key,
    vars: [],
    priority: 1,
    hosts: new Set(),
    children: new Map(),
    parents: new Set(),
    depth: 0,
  };
  builder.groups.set(name, group);
  return group;
}

function addChild(parent: ModelGroup, child: ModelGroup, key: YamlScalar | undefined): void {
  if (parent.children.has(child)) return;
  parent.children.set(child, key);
  child.parents.add(parent);
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

/** A section as a mapping; Ansible takes a lone word for a mapping with that key. */
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

function readHosts(builder: Builder, group: ModelGroup, { key, value }: YamlEntry): void {
  if (builder.full) return;
  if (key.type !== 'string' || key.value === '') {
    report(builder, key, {
      message: `a host's name must be text, not ${describeNode(key)}`,
      hint: 'put it in quotes',
    });
    return;
  }
  if (value.kind !== 'map' && !isNull(value)) {
    const message = `the variables of \`${key.value}\` must be a mapping, not ${describeNode(value)}`;
    report(builder, value.kind === 'scalar' ? value : key, { message });
    return;
  }
  const pattern = parseHostPattern(key.value);
  if (!pattern.ok) {
    report(builder, key, { message: pattern.error });
    return;
  }
  const { count, port } = pattern.value;
  if (count === 0)
    report(builder, key, {
      message: `\`${key.value}\` names no host: the range is empty`,
      severity: 'warning',
    });
  builder.memberships += count;
  if (count > maxHosts || builder.memberships > maxMemberships) {
    tooMany(
      builder,
      key,
      count > maxHosts
        ? `\`${key.value}\` names ${count} hosts`
        : 'the ranges name more than a million hosts',
    );
    return;
  }
  for (const name of pattern.value.names())
    addHost(builder, group, name, key, port, value.kind === 'map' ? value : undefined);
  if (builder.hosts.size > maxHosts)
    tooMany(builder, key, `with this line the inventory has ${builder.hosts.size} hosts`);
}

function tooMany(builder: Builder, key: YamlScalar, what: string): void {
  builder.full = true;
  report(builder, key, { message: `${what}; the limit is ${maxHosts}` });
}

function addHost(
  builder: Builder,
  group: ModelGroup,
  name: string,
  key: YamlScalar,
  port: number | undefined,
  vars: YamlMap | undefined,
): void {
  let host = builder.hosts.get(name);
  if (host === undefined) {
    host = { name, key, vars: port === undefined ? [] : [portVars(key, port)], groups: [] };
    builder.hosts.set(name, host);
  }
  if (!group.hosts.has(host)) {
    group.hosts.add(host);
    host.groups.push(group);
  }
  if (vars === undefined || vars.entries.length === 0) return;
  // Ansible looks a name up among the groups first
  (builder.groups.get(name) ?? host).vars.push(vars);
}

function portVars(key: YamlScalar, port: number): YamlMap {
  const place = { source: key.source, start: key.start };
  const scalar = { ...place, kind: 'scalar', height: 0, size: 1, plain: true } as const;
  return {
    ...place,
    kind: 'map',
    height: 1,
    size: 2,
    entries: [
      {
        key: { ...scalar, type: 'string', value: 'ansible_port', text: 'ansible_port' },
        value: { ...scalar, type: 'int', value: BigInt(port), text: String(port) },
      },
    ],
  };
}
