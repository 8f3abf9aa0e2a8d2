/** Checks the groups of an inventory: which hosts are the backend, the compute nodes and Glance's hosts. */
import type { Diagnostic } from '../core/diagnostic.ts';
import { suggest } from '../core/suggest.ts';
import type { YamlScalar } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { DiagnosticText } from '../core/yaml/source.ts';
import type { LoadedModel } from './read-model.ts';
import { backendGroup, backendGroups, computeGroup, glanceGroup } from './inventory.ts';
import { hostsOf } from './model.ts';
import type { ModelGroup, ModelHost } from './model.ts';
import { isName, NAME_RULE } from './names.ts';

const MAX_NAMES_SHOWN = 5;
const MAX_NAME_SHOWN = 80;

/** The hosts that fastboot works on, as far as the groups say. */
export interface Roles {
  readonly backend: ModelHost | undefined;
  readonly compute: readonly ModelHost[];
  /** The hosts that run glance-api, without the backend. */
  readonly glance: readonly ModelHost[];
  readonly diagnostics: readonly Diagnostic[];
}

const at = ({ source, start }: YamlScalar, finding: DiagnosticText): Diagnostic =>
  diagnose(source, start, finding);

/** Finds the one backend, the compute nodes and Glance's hosts. The backend must not be a compute node. */
export function findRoles(loaded: LoadedModel): Roles {
  const { model, root } = loaded;
  const diagnostics: Diagnostic[] = [];
  const inFile = (finding: DiagnosticText) => diagnostics.push(diagnose(root.source, 0, finding));
  const groups = backendGroups.flatMap((name) => model.groups.get(name) ?? []);
  const [first, second] = groups;
  if (first === undefined) inFile(missing(loaded, backendGroup, 'the one host that offers the pool'));
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
  const group = model.groups.get(computeGroup);
  const compute = hostsIn(loaded, computeGroup);
  if (group === undefined) inFile(missing(loaded, computeGroup, 'the nodes that mount the pool'));
  const whole = !loaded.diagnostics.some(({ severity }) => severity === 'error');
  if (group?.key !== undefined && compute.length === 0 && whole) {
    diagnostics.push(at(group.key, { message: 'the group `compute` has no hosts', severity: 'notice' }));
  }
  const members = new Set(compute);
  for (const host of backends.filter((item) => members.has(item))) {
    diagnostics.push(
      at(host.key, {
        message: `\`${host.name}\` is in both \`${first?.name ?? backendGroup}\` and \`compute\``,
        hint: 'a host can have only one of these roles',
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

/** Where glance-api runs on the backend, its store already is the images folder of the pool. */
function noticeOwnGlance(backends: readonly ModelHost[], controllers: readonly ModelHost[]): Diagnostic[] {
  return backends
    .filter((host) => controllers.includes(host))
    .map((host) =>
      at(host.key, {
        message: `\`${host.name}\` is the backend and also in \`${glanceGroup}\`. It already has the images, so fastboot mounts nothing for Glance there`,
        severity: 'notice',
      }),
    );
}

function missing({ model }: LoadedModel, name: string, what: string): DiagnosticText {
  const near = suggest(
    name,
    [...model.groups.keys()].filter(
      (group) => !['all', 'ungrouped', computeGroup, ...backendGroups].includes(group),
    ),
  );
  const hint =
    near === undefined ? `add a group \`${name}\` with ${what}` : `did you mean the group \`${near}\`?`;
  return { message: `no group \`${name}\` in this inventory`, hint };
}

function checkBackendCount(group: ModelGroup, backends: readonly ModelHost[]): Diagnostic[] {
  if (group.key === undefined || backends.length === 1) return [];
  if (backends.length === 0) {
    return [at(group.key, { message: `the group \`${group.name}\` has no host; it must have exactly one` })];
  }
  const names = backends
    .slice(0, MAX_NAMES_SHOWN)
    .map((host) => host.name)
    .join(', ');
  const message = `the group \`${group.name}\` has ${backends.length} hosts (${names}${backends.length > MAX_NAMES_SHOWN ? ', …' : ''}); it must have exactly one`;
  return [at(group.key, { message, hint: 'one inventory describes one pool' })];
}

/** Finds names that are not valid in commands and files, and names that are used twice. */
export function checkNames({ model }: LoadedModel): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<YamlScalar>();
  const check = (kind: string, name: string, key: YamlScalar | undefined) => {
    if (key === undefined || seen.has(key) || isName(name)) return;
    seen.add(key);
    const shown = name.length > MAX_NAME_SHOWN ? `${name.slice(0, MAX_NAME_SHOWN)}…` : name;
    diagnostics.push(at(key, { message: `\`${shown}\` is not a valid ${kind} name`, hint: NAME_RULE }));
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
