/** The variables that playbooks may insert. */
import type { JsonObject } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import type { Host } from '../inventory/inventory.ts';
import { settingsVariables } from '../inventory/settings-values.ts';
import type { Play } from '../playbook/playbook.ts';
import { resolvePlay } from '../playbook/resolve.ts';
import type { ResolveError } from '../playbook/resolve.ts';
import type { DesiredState } from '../resources/desired-state.ts';

/** What a play asks of a host. The error: a value that cannot be filled in. */
export function resolveFromPlaybook(
  play: Play,
  host: Host,
  facts: JsonObject,
): Result<DesiredState, ResolveError> {
  return resolvePlay(play, { ...hostVariables(host), ...facts });
}

/** What a playbook may insert for a host: its variables in the inventory, `host`, and `fastboot` with every default. */
export function hostVariables(host: Host): JsonObject {
  return {
    ...(host.vars as JsonObject),
    inventory_hostname: host.name,
    host: { name: host.name, address: host.address, groups: host.groups },
    fastboot: settingsVariables(host.settings),
  };
}
