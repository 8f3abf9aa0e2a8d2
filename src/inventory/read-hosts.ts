/** Reads the hosts below `hosts:` of a group: names and ranges, each with its variables. */
import { describeNode, isNull } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap, YamlScalar } from '../core/yaml/node.ts';
import { report } from './model-builder.ts';
import type { Builder } from './model-builder.ts';
import type { ModelGroup } from './model.ts';
import { parseHostPattern } from './range.ts';

const MAX_HOSTS = 100_000;

/** Hosts times the groups that name them. This bounds what ranges in many groups can cost. */
const MAX_MEMBERSHIPS = 1_000_000;

/** Reads one key below `hosts:`, which may be a range of many hosts. */
export function readHosts(builder: Builder, group: ModelGroup, { key, value }: YamlEntry): void {
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
      hint: 'give a range whose end is not before its beginning',
      severity: 'warning',
    });
  builder.memberships += count;
  if (count > MAX_HOSTS || builder.memberships > MAX_MEMBERSHIPS) {
    const what =
      count > MAX_HOSTS
        ? `\`${key.value}\` names ${count} hosts`
        : 'the ranges name more than a million hosts';
    tooMany(builder, key, what);
    return;
  }
  const vars = value.kind === 'map' ? value : undefined;
  for (const name of pattern.value.names()) addHost(builder, group, { name, key, port, vars });
  if (builder.hosts.size > MAX_HOSTS)
    tooMany(builder, key, `with this line the inventory has ${builder.hosts.size} hosts`);
}

function tooMany(builder: Builder, key: YamlScalar, what: string): void {
  builder.full = true;
  report(builder, key, {
    message: `${what}; the limit is ${MAX_HOSTS}`,
    hint: 'shorten the range, or use several inventories',
  });
}

/** One host where a group names it. */
interface Mention {
  readonly name: string;
  readonly key: YamlScalar;
  /** The port of `name:22`. */
  readonly port: number | undefined;
  readonly vars: YamlMap | undefined;
}

function addHost(builder: Builder, group: ModelGroup, { name, key, port, vars }: Mention): void {
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

/** `ansible_port` as if it were written below the host. */
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
