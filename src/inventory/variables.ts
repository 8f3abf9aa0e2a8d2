/** The variables of hosts, by Ansible's precedence. */
import { keyText } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap } from '../core/yaml/node.ts';
import { lineage } from './model.ts';
import type { Model, ModelGroup, ModelHost } from './model.ts';
import type { VarFiles } from './var-files.ts';

/** One mapping of variables, and the group or host that it belongs to. */
export interface Layer {
  readonly owner: ModelGroup | ModelHost;
  readonly vars: YamlMap;
}

/** Gives the variables of hosts. */
export interface Variables {
  /** All layers of a host, the weakest first. */
  layers(host: ModelHost): readonly Layer[];
  /** The entry that counts for a name. */
  lookup(host: ModelHost, name: string): YamlEntry | undefined;
  /** All entries that count. */
  effective(host: ModelHost): ReadonlyMap<string, YamlEntry>;
  /** Equal for hosts in the same groups: without variables of their own they have the same variables. */
  groupKey(host: ModelHost): string;
  /** All groups of a host but `all`, the weakest first. */
  groupsOf(host: ModelHost): readonly ModelGroup[];
  /** The layers that only this host has, the weakest first. */
  own(host: ModelHost): readonly Layer[];
}

interface Shared {
  readonly groups: readonly ModelGroup[];
  readonly layers: readonly Layer[];
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

/**
 * Ansible's order: `all` in the file, groups in the file, `all` in group_vars, groups in group_vars, the host in the
 * file, the host in host_vars. Groups go by depth, then `ansible_group_priority`, then name.
 */
export function createVariables(model: Model, varFiles: VarFiles): Variables {
  const shared = new Map<string, Shared>();
  const all = model.groups.get('all');
  const groupKey = (host: ModelHost) =>
    host.groups
      .map((group) => group.name)
      .sort()
      .join('\0');
  const sharedOf = (host: ModelHost): Shared => {
    const key = groupKey(host);
    const made = shared.get(key) ?? share(host, all, varFiles);
    shared.set(key, made);
    return made;
  };
  const own = (host: ModelHost): Layer[] =>
    [...host.vars, ...(varFiles.hosts.get(host.name) ?? [])].map((vars) => ({ owner: host, vars }));
  return {
    groupKey,
    own,
    groupsOf: (host) => sharedOf(host).groups,
    layers: (host) => [...sharedOf(host).layers, ...own(host)],
    lookup(host, name) {
      for (const { vars } of own(host).reverse()) {
        const entry = vars.entries.find(({ key }) => key.value === name);
        if (entry !== undefined) return entry;
      }
      return sharedOf(host).entries.get(name);
    },
    effective(host) {
      const layers = own(host);
      return layers.length === 0 ? sharedOf(host).entries : combine(layers, sharedOf(host).entries);
    },
  };
}

function share(host: ModelHost, all: ModelGroup | undefined, varFiles: VarFiles): Shared {
  const above = new Set(host.groups.flatMap((group) => [...lineage(group)]));
  const groups = sortGroups([...above].filter((group) => group !== all));
  const inline = (group: ModelGroup) => group.vars.map((vars) => ({ owner: group, vars }));
  const filed = (group: ModelGroup) =>
    (varFiles.groups.get(group.name) ?? []).map((vars) => ({ owner: group, vars }));
  const first = all === undefined ? [] : [all];
  const layers = [...[...first, ...groups].flatMap(inline), ...[...first, ...groups].flatMap(filed)];
  return { groups, layers, entries: combine(layers, new Map()) };
}

function combine(layers: readonly Layer[], base: ReadonlyMap<string, YamlEntry>): Map<string, YamlEntry> {
  const entries = new Map(base);
  for (const { vars } of layers) for (const entry of vars.entries) entries.set(keyText(entry.key), entry);
  return entries;
}

/** Sorts groups by depth, then priority, then name; the weakest first. */
export function sortGroups(groups: readonly ModelGroup[]): ModelGroup[] {
  return [...groups].sort(
    (a, b) => a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : 1),
  );
}
