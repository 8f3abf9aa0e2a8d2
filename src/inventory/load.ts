/** Loads an inventory: reads it as Ansible does, checks it, and makes hosts and settings of it. */
import { sortDiagnostics } from '../core/diagnostic.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { checkNames, findRoles } from './check-groups.ts';
import type { Roles } from './check-groups.ts';
import { checkHosts } from './check-hosts.ts';
import { checkVarNames, checkVarTypes } from './check-vars.ts';
import { toHost } from './connection.ts';
import { mergeSettings, readSettings } from './read-settings.ts';
import { backendGroup, backendGroups } from './inventory.ts';
import type { Host, Inventory } from './inventory.ts';
import { hostsOf } from './model.ts';
import type { ModelHost } from './model.ts';
import { readModel } from './read-model.ts';
import type { LoadedModel } from './read-model.ts';
import { withPoolSettings } from './settings-values.ts';
import type { Settings } from './settings.ts';
import type { Variables } from './variables.ts';

/** A valid inventory, and what is to be said about it. */
export interface Loaded {
  readonly inventory: Inventory;
  /** Warnings and notices, in file order. */
  readonly notices: readonly Diagnostic[];
  /** Variables of Ansible that fastboot does not use; shown with `-v`. */
  readonly unused: readonly Diagnostic[];
  readonly model: LoadedModel;
}

/** Reads and checks an inventory. The error: everything that is wrong, warnings too, in file order. */
export async function loadInventory(file: string): Promise<Result<Loaded, Diagnostic[]>> {
  const read = await readModel(file);
  if (!read.ok) return read;
  const loaded = read.value;
  const { varFiles, diagnostics } = loaded;
  const roles = findRoles(loaded);
  const names = checkVarNames(loaded, roles);
  const found = sortDiagnostics(
    [
      ...diagnostics,
      ...checkVarTypes(loaded),
      ...checkNames(loaded),
      ...roles.diagnostics,
      ...names.diagnostics,
      ...checkHosts(loaded, roles),
    ],
    [file, ...varFiles.files],
  );
  if (roles.backend === undefined || found.some(({ severity }) => severity === 'error')) return err(found);
  return ok({
    inventory: toInventory(loaded, roles, roles.backend),
    notices: found,
    unused: sortDiagnostics(names.unused, [file, ...varFiles.files]),
    model: loaded,
  });
}

function toInventory(loaded: LoadedModel, roles: Roles, backend: ModelHost): Inventory {
  const { file, digest, model, variables } = loaded;
  const pool = readSettings(mergeSettings(variables.layers(backend)));
  const settingsOf = settingsReader(variables, pool);
  const hosts = new Map<ModelHost, Host>();
  for (const host of model.hosts.values()) {
    hosts.set(host, toHost(variables, host, host === backend ? pool : settingsOf(host)));
  }
  const find = (host: ModelHost): Host => {
    const made = hosts.get(host);
    if (made === undefined) throw new Error(`no host ${host.name}`);
    return made;
  };
  const groups = [...model.groups.values()].map((group) => {
    const name = backendGroups.includes(group.name) ? backendGroup : group.name;
    return [name, [...hostsOf(group)].map((host) => host.name)] as const;
  });
  return {
    file,
    digest,
    backend: find(backend),
    compute: roles.compute.map(find),
    glance: roles.glance.map(find),
    hosts: [...hosts.values()],
    groups: Object.fromEntries(groups),
    settings: pool,
  };
}

/** Gives the settings of a host. Hosts in the same groups, without settings of their own, share one object. */
function settingsReader(variables: Variables, pool: Settings): (host: ModelHost) => Settings {
  const shared = new Map<string, Settings>();
  return (host) => {
    const own = variables
      .own(host)
      .some(({ vars }) => vars.entries.some(({ key }) => key.value === 'fastboot'));
    const key = variables.groupKey(host);
    const known = own ? undefined : shared.get(key);
    if (known !== undefined) return known;
    const settings = withPoolSettings(readSettings(mergeSettings(variables.layers(host))), pool);
    if (!own) shared.set(key, settings);
    return settings;
  };
}
