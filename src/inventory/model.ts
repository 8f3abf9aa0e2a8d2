/** The inventory as Ansible sees it: groups and hosts. fastboot's own meaning of them is not in it. */
import type { YamlMap, YamlScalar } from '../core/yaml/node.ts';

/** Groups and hosts by their names. */
export interface Model {
  readonly groups: ReadonlyMap<string, ModelGroup>;
  /** In the order in which the file names them first. */
  readonly hosts: ReadonlyMap<string, ModelHost>;
}

/** A group with its hosts, children and variables. */
export interface ModelGroup {
  readonly name: string;
  /** Where it is named first; undefined for `all` and `ungrouped` where the file does not name them. */
  readonly key: YamlScalar | undefined;
  /** Its `vars:`, one mapping for each place where they are set. */
  readonly vars: YamlMap[];
  priority: number;
  /** Hosts that this group itself names. */
  readonly hosts: Set<ModelHost>;
  /** Child groups, each with the key that names it as a child. */
  readonly children: Map<ModelGroup, YamlScalar | undefined>;
  readonly parents: Set<ModelGroup>;
  /** The length of the longest path from `all`. */
  depth: number;
}

/** A host with its groups and variables. */
export interface ModelHost {
  readonly name: string;
  /** Where it is named first. */
  readonly key: YamlScalar;
  /** The variables beside its name, one mapping for each place where they are set. */
  readonly vars: YamlMap[];
  /** Groups that name it themselves. */
  readonly groups: ModelGroup[];
}

/** A group and all groups above it. */
export function lineage(group: ModelGroup): Set<ModelGroup> {
  return walk(group, (item) => item.parents);
}

/** A group and all groups below it, level by level. */
export function descendants(group: ModelGroup): Set<ModelGroup> {
  return walk(group, (item) => item.children.keys());
}

function walk(start: ModelGroup, next: (group: ModelGroup) => Iterable<ModelGroup>): Set<ModelGroup> {
  const seen = new Set([start]);
  // the loop also visits what is added to the set while it runs
  for (const group of seen) for (const other of next(group)) seen.add(other);
  return seen;
}

/** The hosts of a group and of all groups below it, in Ansible's order. */
export function hostsOf(group: ModelGroup): Set<ModelHost> {
  const hosts = new Set<ModelHost>();
  for (const part of descendants(group)) for (const host of part.hosts) hosts.add(host);
  return hosts;
}
