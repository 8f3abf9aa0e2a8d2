import type { Diagnostic } from '../core/diagnostic.ts';
import { suggest } from '../core/suggest.ts';
import type { YamlScalar } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { Finding } from '../core/yaml/source.ts';
import type { LoadedModel } from './read-model.ts';
import { backendGroups, glanceGroup } from './inventory.ts';
import { hostsOf } from './model.ts';
import type { ModelGroup, ModelHost } from './model.ts';
import { isName } from './names.ts';

/** The hosts that fastboot is about, as far as they can be told. */
export interface Roles {
  readonly backend: ModelHost | undefined;
  readonly compute: readonly ModelHost[];
  /** Those that run glance-api, without the backend. */
  readonly glance: readonly ModelHost[];
  readonly diagnostics: readonly Diagnostic[];
}

export const backendGroup = 'nfs_backend';

const at = ({ source, start }: YamlScalar, finding: Finding): Diagnostic => diagnose(source, start, finding);

/** Finds the backend and the compute nodes: exactly one host there, any number here, none in both; and Glance's hosts. */
export function findRoles(loaded: LoadedModel): Roles {
  const { model, root } = loaded;
  const diagnostics: Diagnostic[] = [];
  const inFile = (finding: Finding) => diagnostics.push(diagnose(root.source, 0, finding));
  const groups = backendGroups.flatMap((name) => model.groups.get(name) ?? []);
  const [first, second] = groups;
  if (first === undefined) inFile(missing(loaded, backendGroup, 'the one host that exports the pool'));
  if (second?.key !== undefined) {
    diagnostics.push(
      at(second.key, {
        message: `\`${backendGroup}\` and \`nfs-backend\` are two spellings of one group`,
        hint: 'keep one of them',
      }),
    );
  }
  const backends = [...new Set(groups.flatMap((group) => [...hostsOf(group)]))];
  if (first !== undefined) diagnostics.push(...checkBackendCount(first, backends));
  const group = model.groups.get('compute');
  const compute = hostsIn(loaded, 'compute');
  if (group === undefined) inFile(missing(loaded, 'compute', 'the nodes that mount the pool'));
  const whole = !loaded.diagnostics.some(({ severity }) => severity === 'error');
  if (group?.key !== undefined && compute.length === 0 && whole) {
    diagnostics.push(at(group.key, { message: 'the group `compute` has no hosts', severity: 'notice' }));
  }
  const members = new Set(compute);
  for (const host of backends.filter((item) => members.has(item))) {
    diagnostics.push(
      at(host.key, {
        message: `\`${host.name}\` is in both \`${first?.name ?? backendGroup}\` and \`compute\``,
        hint: 'a host has one role',
      }),
    );
  }
  const controllers = hostsIn(loaded, glanceGroup);
  diagnostics.push(...noticeOwnGlance(backends, controllers));
  const glance = controllers.filter((host) => !backends.includes(host));
  return { backend: backends[0], compute, glance, diagnostics };
}

function hostsIn({ model }: LoadedModel, name: string): readonly ModelHost[] {
  const group = model.groups.get(name);
  return group === undefined ? [] : [...hostsOf(group)];
}

/** A glance-api on the backend has the pool's images folder as its store already. */
function noticeOwnGlance(backends: readonly ModelHost[], controllers: readonly ModelHost[]): Diagnostic[] {
  return backends
    .filter((host) => controllers.includes(host))
    .map((host) =>
      at(host.key, {
        message: `\`${host.name}\` is the backend and in the group \`${glanceGroup}\`: it has the images itself, so nothing is mounted there for Glance`,
        severity: 'notice',
      }),
    );
}

function missing({ model }: LoadedModel, name: string, what: string): Finding {
  const near = suggest(
    name,
    [...model.groups.keys()].filter(
      (group) => !['all', 'ungrouped', 'compute', ...backendGroups].includes(group),
    ),
  );
  const hint =
    near === undefined ? `add it: a group \`${name}\` with ${what}` : `is the group \`${near}\` meant?`;
  return { message: `no group \`${name}\` in this inventory`, hint };
}

function checkBackendCount(group: ModelGroup, backends: readonly ModelHost[]): Diagnostic[] {
  if (group.key === undefined || backends.length === 1) return [];
  if (backends.length === 0) {
    return [at(group.key, { message: `the group \`${group.name}\` has no host; it needs exactly one` })];
  }
  const names = backends
    .slice(0, 5)
    .map((host) => host.name)
    .join(', ');
  const message = `the group \`${group.name}\` has ${backends.length} hosts (${names}${backends.length > 5 ? ', …' : ''}); it takes exactly one`;
  return [at(group.key, { message, hint: 'one inventory describes one pool' })];
}

/** Names that would be trouble in commands and files, and a name used twice. */
export function checkNames({ model }: LoadedModel): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<YamlScalar>();
  const check = (kind: string, name: string, key: YamlScalar | undefined) => {
    if (key === undefined || seen.has(key) || isName(name)) return;
    seen.add(key);
    const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
    diagnostics.push(
      at(key, {
        message: `\`${shown}\` is no name for a ${kind}`,
        hint: 'letters, digits, `.`, `_` and `-`, not starting with `-`',
      }),
    );
  };
  for (const group of model.groups.values()) check('group', group.name, group.key);
  for (const host of model.hosts.values()) {
    check('host', host.name, host.key);
    const group = model.groups.get(host.name);
    if (group === undefined) continue;
    diagnostics.push(
      at(host.key, {
        message: `\`${host.name}\` is the name of both a host and a group`,
        severity: 'warning',
      }),
    );
  }
  return diagnostics;
}
