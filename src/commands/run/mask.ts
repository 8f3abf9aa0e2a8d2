/** The secrets that a run knows. */
import type { Json } from '../../core/json.ts';
import { maskValues, secretsIn } from '../../core/secrets/mask.ts';
import type { MaskText } from '../../core/secrets/mask.ts';
import { rootOf } from '../../playbook/variable-names.ts';
import type { Credentials } from '../../transport/transport.ts';
import type { Loaded } from './load.ts';

/** Masks the passwords of the run, and the secrets in variables that the playbook may insert. */
export function createMask({ inventory, playbook, selected }: Loaded, credentials: Credentials): MaskText {
  const roots = new Set(playbook.plays.flatMap(({ names }) => names).map(rootOf));
  const hosts = [inventory.backend, ...selected];
  const variables = hosts.flatMap(({ vars }) =>
    [...roots].flatMap((root) => secretsIn(root, (vars[root] ?? null) as Json)),
  );
  const own = playbook.plays.flatMap(({ vars }) => secretsIn('', vars));
  const { sshPassword, becomePassword } = credentials;
  const passwords = [sshPassword, becomePassword].flatMap((secret) => secret?.reveal() ?? []);
  const secrets = [...passwords, ...variables, ...own];
  return maskValues(secrets.filter((secret) => !secret.includes('{{')));
}
