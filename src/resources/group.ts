/** Resource type `group`: a group of users. */
import type { JsonObject } from '../core/json.ts';
import { group as groupFact } from '../facts/account.ts';
import { predict } from '../facts/state.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { blockedDrift, defineResource } from './resource.ts';

export type GroupParams = JsonObject & {
  readonly name: string;
  readonly gid?: number;
  readonly system?: boolean;
};

/** The gid of an existing group is never changed: the group would lose its files. */
export const group = defineResource<GroupParams>({
  type: 'group',
  schema: {
    type: 'object',
    description: 'A group of users',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_.-]*\\$?$' },
      gid: { type: 'integer', minimum: 0, description: 'The gid of a new group' },
      system: { type: 'boolean', default: false, description: 'A new group gets a system gid' },
    },
  },
  label: (params) => params.name,
  queries: (params) => [groupFact({ name: params.name })],
  diff: (params, state) => {
    const { name, gid, system = false } = params;
    const query = groupFact({ name });
    const now = state.read(query);
    if (now !== null && (gid === undefined || gid === now.gid)) return [];
    if (now !== null) {
      return [
        blockedDrift(
          { gid: now.gid },
          `group ${name}: expected gid ${gid ?? now.gid}, got ${now.gid}; with another gid it would lose its files`,
          `change the gid of ${name} and of its files yourself, or remove gid from the task`,
        ),
      ];
    }
    return [
      {
        action: 'create',
        before: null,
        after: { name, system, ...(gid === undefined ? {} : { gid }) },
        ...(gid === undefined ? { unknown: ['gid'] } : {}),
        reason: 'missing',
        risk: 'none',
        predicted: [predict(query, { gid: gid ?? -1 })],
      },
    ];
  },
  script: ({ name, gid, system }) => {
    const words = [
      ...(system === true ? ['-r'] : []),
      ...(gid === undefined ? [] : ['-g', String(gid)]),
      name,
    ];
    return `if getent group ${quote(name)} >/dev/null; then refuse ${quote(`group ${name}`)} appeared after the plan was made; fi
groupadd ${quoteAll(words)}`;
  },
});

export default group;
