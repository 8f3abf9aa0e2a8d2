/**
 * The cases of all resource types as tables: `cases/TYPE/NAME.yaml` holds one, and the drifts and exact scripts that must
 * come of it. `vitest -u` writes these. Of a `.sh` file the scripts have only the name.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { JsonObject } from '../../src/core/json.ts';
import type { State } from '../../src/facts/state.ts';
import { resourceTypes } from '../../src/resources/index.ts';
import type { AnyResource, Drift } from '../../src/resources/resource.ts';
import { validateParams } from '../../src/resources/validate.ts';
import { withNamesOfFiles } from '../shell/sh-files.ts';
import { caseNames, casesFolder, caseText, isDone, readCase, stateFor } from './cases.ts';

const HANDLER_STATES = ['restarted', 'try-restarted', 'reloaded'];

describe.each(Object.entries(resourceTypes))('%s', (type, resource) => {
  test.each(caseNames(type))('%s', async (name) => {
    const given = readCase(type, name);
    const { params } = given;
    expect(validateParams(resource, params)).toBeUndefined();
    const state = stateFor(resource, given);
    const drifts = resource.diff(params, state);
    if (resource.provesItself !== true) expect(leftOver(resource, params, state, drifts)).toEqual([]);

    const shown = drifts.map((drift) => ({
      ...drift,
      predicted: undefined,
      script: isDone(drift) ? withNamesOfFiles(resource.script(params, drift)) : undefined,
    }));
    const out = stringify(shown, { lineWidth: 0, blockQuote: 'literal' });
    await expect(caseText(type, name, out)).toMatchFileSnapshot(join(casesFolder, type, name));
  });
});

/** What a plan made of the predicted state would still do; handlers do their work whenever they are asked to. */
function leftOver(
  resource: AnyResource,
  params: JsonObject,
  state: State,
  drifts: readonly Drift[],
): readonly Drift[] {
  const after = state.with(drifts.flatMap((drift) => drift.predicted));
  const isHandler = HANDLER_STATES.some((each) => each === params['state']);
  return resource.diff(params, after).filter((drift) => isDone(drift) && !isHandler);
}
