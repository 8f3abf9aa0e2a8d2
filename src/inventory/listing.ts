/** Prints an inventory as `ansible-inventory` does. */
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { suggest } from '../core/suggest.ts';
import type { YamlEntry } from '../core/yaml/node.ts';
import type { LoadedModel } from './read-model.ts';
import type { ModelGroup } from './model.ts';
import { pythonJson } from './ansible-json.ts';
import type { Printable } from './ansible-json.ts';

/** Variables that Ansible makes itself. Its listings leave them out, also where an inventory sets them. */
const INTERNAL = new Set([
  'ansible_diff_mode',
  'ansible_config_file',
  'ansible_facts',
  'ansible_forks',
  'ansible_inventory_sources',
  'ansible_limit',
  'ansible_playbook_python',
  'ansible_run_tags',
  'ansible_skip_tags',
  'ansible_verbosity',
  'ansible_version',
  'inventory_dir',
  'inventory_file',
  'inventory_hostname',
  'inventory_hostname_short',
  'groups',
  'group_names',
  'omit',
  'playbook_dir',
]);

/** Limits of a listing: each host repeats the variables of its groups, so a small file could make gigabytes. */
const MAX_LINES = 500_000;
const MAX_VALUES = 2_000_000;

/** What `ansible-inventory --list` prints. The error: it would be too long. */
export function listInventory({ model, variables }: LoadedModel): Result<string, string> {
  const fields = new Map<string, Printable>();
  for (const group of model.groups.values()) {
    const shown = groupFields(group);
    if (shown.length > 0) fields.set(group.name, { kind: 'object', fields: shown });
  }
  const hostvars: [string, Printable][] = [];
  let size = 0;
  for (const host of model.hosts.values()) {
    const vars = shownVars(variables.effective(host));
    for (const [, { value }] of vars) size += value.size;
    if (size > MAX_VALUES)
      return err(`the listing would have more than ${MAX_VALUES} values; list single hosts with --host`);
    if (vars.length > 0) hostvars.push([host.name, toObject(vars)]);
  }
  fields.set('_meta', { kind: 'object', fields: [['hostvars', { kind: 'object', fields: hostvars }]] });
  return ok(pythonJson({ kind: 'object', fields: [...fields] }));
}

function groupFields(group: ModelGroup): [string, Printable][] {
  const fields: [string, Printable][] = [];
  const children = [...group.children.keys()].map((child) => child.name);
  const hosts = group.name === 'all' ? [] : [...group.hosts].map((host) => host.name);
  if (children.length > 0) fields.push(['children', { kind: 'names', names: children }]);
  if (hosts.length > 0) fields.push(['hosts', { kind: 'names', names: hosts }]);
  return fields;
}

function shownVars(entries: ReadonlyMap<string, YamlEntry>): [string, YamlEntry][] {
  return [...entries].filter(([name]) => !INTERNAL.has(name));
}

function toObject(vars: readonly [string, YamlEntry][]): Printable {
  return { kind: 'object', fields: vars.map(([name, { value }]) => [name, value]) };
}

/** What `ansible-inventory --host NAME` prints. The error: there is no such host. */
export function listHost({ model, variables }: LoadedModel, name: string): Result<string, string> {
  const host = model.hosts.get(name);
  if (host !== undefined) return ok(pythonJson(toObject(shownVars(variables.effective(host)))));
  const near = suggest(name, model.hosts.keys());
  return err(
    `no host \`${name}\` in this inventory${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
  );
}

/** What `ansible-inventory --graph` prints. The error: it would be too long. */
export function graphInventory({ model }: LoadedModel): Result<string, string> {
  const all = model.groups.get('all');
  const lines: string[] = [];
  const draw = (group: ModelGroup, depth: number): void => {
    if (lines.length > MAX_LINES) return;
    lines.push(branch(`@${group.name}:`, depth));
    for (const child of group.children.keys()) draw(child, depth + 1);
    if (group !== all) for (const host of group.hosts) lines.push(branch(host.name, depth + 1));
  };
  if (all !== undefined) draw(all, 0);
  if (lines.length > MAX_LINES) return err(`the graph would have more than ${MAX_LINES} lines`);
  return ok(lines.join('\n'));
}

const branch = (text: string, depth: number): string =>
  depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`;
