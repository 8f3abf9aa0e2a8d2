/** What Ansible does with groups and hosts after it has read an inventory. */
import type { Diagnostic } from '../core/diagnostic.ts';
import { diagnose } from '../core/yaml/source.ts';
import { lineage } from './model.ts';
import type { Model, ModelGroup, ModelHost } from './model.ts';

const MAX_GROUP_DEPTH = 100;

/** Groups that have hosts, times the groups above each of them. */
const MAX_RELATIONS = 1_000_000;

const MAX_NAMES_SHOWN = 12;

/**
 * Puts groups without a parent below `all`, puts hosts without a group into `ungrouped`, and gives every group its depth.
 * Gives the errors that only the whole inventory shows: loops, and too much nesting.
 */
export function reconcile({ groups, hosts }: Model): Diagnostic[] {
  const all = groups.get('all');
  const ungrouped = groups.get('ungrouped');
  if (all === undefined || ungrouped === undefined)
    throw new Error('the groups all and ungrouped are always there');
  for (const group of groups.values()) {
    if (group === all || group.parents.size > 0) continue;
    all.children.set(group, group.key);
    group.parents.add(all);
  }
  const diagnostics = setDepths([...groups.values()]);
  if (diagnostics.length > 0) return diagnostics;
  const tooMany = relations(groups.values());
  if (tooMany !== undefined) return [tooMany];
  settleUngrouped(hosts.values(), all, ungrouped);
  return [];
}

/** Sets depths, parents first. Groups that are left over contain themselves. */
function setDepths(groups: readonly ModelGroup[]): Diagnostic[] {
  const waiting = new Map(groups.map((group) => [group, group.parents.size]));
  const ready = groups.filter((group) => group.parents.size === 0);
  for (const group of ready) {
    waiting.delete(group);
    for (const child of group.children.keys()) {
      child.depth = Math.max(child.depth, group.depth + 1);
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  if (waiting.size > 0) return loop([...waiting.keys()]);
  const deep = groups.find((group) => group.depth > MAX_GROUP_DEPTH);
  if (deep?.key === undefined) return [];
  return [
    diagnose(deep.key.source, deep.key.start, {
      message: `groups are nested more than ${MAX_GROUP_DEPTH} levels deep`,
      hint: 'use fewer levels of `children`',
    }),
  ];
}

/** Finds one loop among groups of which each has a parent among them. */
function loop(groups: readonly ModelGroup[]): Diagnostic[] {
  const inside = new Set(groups);
  const path: ModelGroup[] = [];
  const visited = new Set<ModelGroup>();
  let group = groups[0];
  while (group !== undefined && !visited.has(group)) {
    visited.add(group);
    path.push(group);
    group = [...group.parents].find((parent) => inside.has(parent));
  }
  if (group === undefined) throw new Error('a loop of groups that cannot be found');
  const around = path.slice(path.indexOf(group)).reverse();
  const edges = around.map((item, index) => {
    const child = around[(index + 1) % around.length];
    return child === undefined ? undefined : item.children.get(child);
  });
  // the key that is last in the file is the one that closed the loop
  const key = edges.reduce(
    (last, edge) => ((edge?.start ?? -1) > (last?.start ?? -1) ? edge : last),
    undefined,
  );
  const names = [...around, ...around.slice(0, 1)].slice(0, MAX_NAMES_SHOWN).map((item) => item.name);
  if (key === undefined) return [];
  return [
    diagnose(key.source, key.start, {
      message: `groups contain each other: ${names.join(' → ')}`,
      hint: 'remove one of these groups from `children` of the group before it',
    }),
  ];
}

/** The diagnostic where hosts and groups have too many relations to work with. */
function relations(groups: Iterable<ModelGroup>): Diagnostic | undefined {
  let count = 0;
  let memberships = 0;
  for (const group of groups) {
    if (group.hosts.size === 0) continue;
    const above = lineage(group).size;
    count += above;
    memberships += above * group.hosts.size;
    if (count <= MAX_RELATIONS && memberships <= 10 * MAX_RELATIONS) continue;
    const key = group.key ?? [...group.hosts][0]?.key;
    const message = 'groups are nested too much: more than a million memberships of groups and hosts';
    const hint = 'use fewer groups in groups';
    if (key !== undefined) return diagnose(key.source, key.start, { message, hint });
  }
  return undefined;
}

/** A host is in `ungrouped` just when it is in no other group but `all`. */
function settleUngrouped(hosts: Iterable<ModelHost>, all: ModelGroup, ungrouped: ModelGroup): void {
  const known = new Map<ModelGroup, Set<ModelGroup>>();
  const above = (group: ModelGroup) => {
    const found = known.get(group) ?? lineage(group);
    known.set(group, found);
    return found;
  };
  for (const host of hosts) {
    const inUngrouped = host.groups.some((group) => above(group).has(ungrouped));
    const elsewhere = host.groups.some((group) =>
      [...above(group)].some((item) => item !== all && item !== ungrouped),
    );
    if (inUngrouped && elsewhere) {
      ungrouped.hosts.delete(host);
      if (host.groups.includes(ungrouped)) host.groups.splice(host.groups.indexOf(ungrouped), 1);
    } else if (!inUngrouped && !elsewhere) {
      ungrouped.hosts.add(host);
      host.groups.push(ungrouped);
    }
  }
}
