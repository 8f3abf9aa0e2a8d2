/** What the groups and hosts of an inventory are collected in while its file is read. */
import type { Diagnostic } from '../core/diagnostic.ts';
import type { YamlNode, YamlScalar } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { DiagnosticText } from '../core/yaml/source.ts';
import type { ModelGroup, ModelHost } from './model.ts';

/** What was read so far. */
export interface Builder {
  readonly groups: Map<string, ModelGroup>;
  readonly hosts: Map<string, ModelHost>;
  readonly diagnostics: Diagnostic[];
  /** Hosts times the groups that name them. */
  memberships: number;
  /** There are too many hosts: no more are added. */
  full: boolean;
}

/** Adds a diagnostic at a place of the file. */
export function report(builder: Builder, node: YamlNode, finding: DiagnosticText): void {
  builder.diagnostics.push(diagnose(node.source, node.start, finding));
}

/** The group of a name; it is made where the name is new. */
export function addGroup(builder: Builder, name: string, key: YamlScalar | undefined): ModelGroup {
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

/** Makes a group a child of another one. */
export function addChild(parent: ModelGroup, child: ModelGroup, key: YamlScalar | undefined): void {
  if (parent.children.has(child)) return;
  parent.children.set(child, key);
  child.parents.add(parent);
}
