/** Resource type `user`: a user of the host. */
import type { JsonObject } from '../core/json.ts';
import { user as userFact } from '../facts/account.ts';
import type { UserState } from '../facts/account.ts';
import { predict } from '../facts/state.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { blockedDrift, defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type UserParams = JsonObject & {
  readonly name: string;
  readonly uid?: number;
  readonly group?: string | number;
  readonly groups?: readonly string[];
  readonly home?: string;
  readonly shell?: string;
  readonly system?: boolean;
};

/** Groups are added to those that it has. The uid of an existing user is never changed: it would lose its files. */
export const user = defineResource<UserParams>({
  type: 'user',
  schema: {
    type: 'object',
    description: 'A user. Its groups are added to those that it has already',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_.-]*\\$?$' },
      uid: { type: 'integer', minimum: 0, description: 'The uid of a new user' },
      group: { $ref: '#/$defs/account', description: 'The primary group of a new user' },
      groups: {
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_.-]*\\$?$' },
        description: 'Groups that it must be a member of',
      },
      home: { $ref: '#/$defs/path' },
      shell: { $ref: '#/$defs/path' },
      system: {
        type: 'boolean',
        default: false,
        description: 'Whether a new user gets a uid for system users, and no home folder',
      },
    },
  },
  label: (params) => params.name,
  queries: (params) => [userFact({ name: params.name })],
  diff: (params, state) => {
    const query = userFact({ name: params.name });
    const now = state.read(query);
    if (now === null)
      return [{ ...createDrift(params), predicted: [predict(query, predicted(params, now))] }];
    if (params.uid !== undefined && params.uid !== now.uid) return [otherUid(params, now.uid)];
    const changes = changesOf(params, now);
    if (Object.keys(changes).length === 0) return [];
    const { home, shell } = now;
    return [
      {
        action: 'update',
        before: { groups: now.groups, home, shell },
        after: changes,
        reason:
          `${Object.keys(changes).join(', ')} ${Object.keys(changes).length === 1 ? 'differs' : 'differ'}`.replace(
            'groups differs',
            'groups differ',
          ),
        risk: 'none',
        predicted: [predict(query, predicted(params, now))],
      },
    ];
  },
  script: (params, change) => {
    const { groups, home, shell, ...rest } = change.after as {
      groups?: readonly string[];
      home?: string;
      shell?: string;
      system?: boolean;
    };
    const words = [
      ...(groups === undefined || groups.length === 0
        ? []
        : [...(change.before === null ? [] : ['-a']), '-G', groups.join(',')]),
      ...(home === undefined ? [] : ['-d', home]),
      ...(shell === undefined ? [] : ['-s', shell]),
    ];
    if (change.before !== null) return `usermod ${quoteAll([...words, params.name])}`;
    const create = [
      ...(params.uid === undefined ? [] : ['-u', String(params.uid)]),
      ...(params.group === undefined ? [] : ['-g', String(params.group)]),
      rest.system === true ? '-r' : '-m',
    ];
    const name = quote(params.name);
    return `if getent passwd ${name} >/dev/null; then refuse ${quote(`user ${params.name}`)} appeared after the plan was made; fi
useradd ${quoteAll([...create, ...words, params.name])}`;
  },
});

function createDrift({
  name,
  uid,
  group,
  groups,
  home,
  shell,
  system = false,
}: UserParams): Omit<Drift, 'predicted'> {
  const after = {
    name,
    system,
    ...(uid === undefined ? {} : { uid }),
    ...(group === undefined ? {} : { group }),
    ...(groups === undefined ? {} : { groups }),
    ...(home === undefined ? {} : { home }),
    ...(shell === undefined ? {} : { shell }),
  };
  const unknown = uid === undefined ? { unknown: ['uid'] } : {};
  return { action: 'create', before: null, after, ...unknown, reason: 'missing', risk: 'none' };
}

function changesOf({ groups = [], home, shell }: UserParams, now: NonNullable<UserState>): JsonObject {
  const lacking = groups.filter((group) => !now.groups.includes(group));
  return {
    ...(lacking.length === 0 ? {} : { groups: lacking }),
    ...(home === undefined || home === now.home ? {} : { home }),
    ...(shell === undefined || shell === now.shell ? {} : { shell }),
  };
}

function otherUid({ name, uid }: UserParams, now: number): Drift {
  return blockedDrift(
    { uid: now },
    `user ${name}: expected uid ${uid ?? now}, got ${now}; with another uid it would lose its files`,
    `change the uid of ${name} and of its files yourself, or remove uid from the task`,
  );
}

function predicted(params: UserParams, now: UserState): UserState {
  const { groups = [], name, group } = params;
  return {
    uid: params.uid ?? now?.uid ?? -1,
    gid: now?.gid ?? -1,
    home: params.home ?? now?.home ?? `/home/${name}`,
    shell: params.shell ?? now?.shell ?? '',
    groups: [...new Set([...(now?.groups ?? [String(group ?? name)]), ...groups])],
  };
}

export default user;
