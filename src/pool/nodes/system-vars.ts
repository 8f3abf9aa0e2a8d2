/** The variables of a host that any playbook may use, whatever its role. */
import type { JsonObject } from '../../core/json.ts';
import { distributionNames } from '../../formats/distributions.ts';
import type { Node } from './node.ts';

/** The variable `os`; `os.packages` and `os.units` only where the names of the distribution are known. */
export function systemVars({ os: { family, id, version, kernel, systemd } }: Node): JsonObject {
  const names = distributionNames(family);
  return {
    os: {
      family,
      id,
      version,
      kernel,
      systemd,
      ...(names === undefined ? {} : { packages: names.packages, units: names.units }),
    },
  };
}
