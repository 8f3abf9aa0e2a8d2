import type { YamlMap, YamlScalar } from '../core/yaml/node.ts';

/** The inventory as Ansible sees it: groups and hosts by name, nothing of fastboot in it. */
export interface Model {
  readonly groups: ReadonlyMap<string, ModelGroup>;
  /** In the order of their first mention. */
  readonly hosts: ReadonlyMap<string, ModelHost>;
}

export interface ModelGroup {
  readonly name: string;
  /** Where it is mentioned first; `undefined` for `all` and `ungrouped` where the file does not name them. */
  readonly key: YamlScalar | undefined;
  /** Its `vars:`, one mapping for each place that has them. */
  readonly vars: YamlMap[];
  priority: number;
  /** Hosts that are in it directly. */
  readonly hosts: Set<ModelHost>;
  /** Child groups, with the key that made each one a child. */
  readonly children: Map<ModelGroup, YamlScalar | undefined>;
  readonly parents: Set<ModelGroup>;
  /** The longest way down from `all`. */
  depth: number;
}

export interface ModelHost {
  readonly name: string;
  /** Where it is mentioned first. */
  readonly key: YamlScalar;
  /** Variables beside its name, one mapping for each place that has them. */
  readonly vars: YamlMap[];
  /** Groups that it is in directly. */
  readonly groups: ModelGroup[];
}

/** Groups above a group, itself among them. */
export function lineage(group: ModelGroup): Set<ModelGroup> {
  return walk(group, (item) => item.parents);
}

/** A group, its children, their children and so on, level by level. */
export function descendants(group: ModelGroup): Set<ModelGroup> {
  return walk(group, (item) => item.children.keys());
}

function walk(start: ModelGroup, next: (group: ModelGroup) => Iterable<ModelGroup>): Set<ModelGroup> {
  const seen = new Set([start]);
  // a Set's iterator also visits what is added on the way
  for (const group of seen) for (const other of next(group)) seen.add(other);
  return seen;
}

/** Hosts of a group and of all groups below it, in Ansible's order. */
export function hostsOf(group: ModelGroup): Set<ModelHost> {
  const hosts = new Set<ModelHost>();
  for (const part of descendants(group)) for (const host of part.hosts) hosts.add(host);
  return hosts;
}
