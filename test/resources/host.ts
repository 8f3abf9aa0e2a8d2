import { randomBytes } from 'node:crypto';
import { parseAnswers, queryScript } from '../../src/facts/query.ts';
import type { Query } from '../../src/facts/fact.ts';
import type { State } from '../../src/facts/state.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { AnyResource, Drift } from '../../src/resources/resource.ts';
import { changePrelude } from '../../src/shell/prelude.ts';
import type { Shell } from '../shell/shells.ts';

/** What fastboot keeps on a host is kept below a temporary folder here. */
export function preludeIn(folder: string): string {
  return changePrelude.replaceAll('/var/lib/fastboot', `${folder}/.fastboot`);
}

/** Reads this machine as fastboot reads a host. */
export function readHost(shell: Shell, queries: readonly Query[]): State {
  const nonce = randomBytes(8).toString('hex');
  const { output, errors } = shell.run(queryScript(queries, nonce));
  if (errors !== '') throw new Error(errors);
  return parseAnswers(queries, nonce, output);
}

/** Closes one drift as the engine does. */
export function closeDrift(
  shell: Shell,
  folder: string,
  resource: AnyResource,
  params: JsonObject,
  drift: Drift,
) {
  const script = `${preludeIn(folder)}( set -eu\n${resource.script(params, drift)}\n) </dev/null 2>&1\n`;
  const { code, output, errors } = shell.run(script);
  return { code, output: output.toString() + errors };
}

/** A whole run: read, decide, change, read back. Gives the drifts of before and after, and what went wrong. */
export function converge(shell: Shell, folder: string, resource: AnyResource, params: JsonObject) {
  const before = resource.diff(params, readHost(shell, resource.queries(params)));
  const results = before
    .filter(({ action }) => action !== 'blocked' && action !== 'deferred')
    .map((drift) => closeDrift(shell, folder, resource, params, drift));
  const after = resource.diff(params, readHost(shell, resource.queries(params)));
  return { before, after, failures: results.filter(({ code }) => code !== 0) };
}
