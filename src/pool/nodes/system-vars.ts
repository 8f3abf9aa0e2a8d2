/** The variables of a host that any playbook may use, whatever its role. */
import type { JsonObject } from '../../core/json.ts';
import type { Node } from './node.ts';

/** The variable `os`. */
export function systemVars({ os: { family, id, version, kernel, systemd } }: Node): JsonObject {
  return { os: { family, id, version, kernel, systemd } };
}
