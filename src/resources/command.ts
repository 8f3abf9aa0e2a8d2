import type { JsonObject } from '../core/json.ts';
import { path } from '../facts/path.ts';
import { succeeds } from '../facts/probe.ts';
import { predict } from '../facts/state.ts';
import type { Patch, State } from '../facts/state.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { predictPath } from './attributes.ts';
import { defineResource } from './resource.ts';

export type CommandParams = JsonObject & {
  readonly argv?: readonly string[];
  readonly script?: string;
  readonly creates?: string;
  readonly unless?: string;
};

/** A command that runs only where what it is for is not there yet. */
export const command = defineResource<CommandParams>({
  type: 'command',
  schema: {
    type: 'object',
    description: 'A command, with a way to tell that it need not run: a path it creates, or a test',
    additionalProperties: false,
    properties: {
      argv: {
        type: 'array',
        minItems: 1,
        items: { $ref: '#/$defs/text' },
        description: 'The words of one command',
      },
      script: { $ref: '#/$defs/text', description: 'POSIX sh; stops at the first command that fails' },
      creates: { $ref: '#/$defs/path', description: 'Does not run where this exists' },
      unless: {
        $ref: '#/$defs/text',
        description: 'sh that changes nothing; does not run where this succeeds, also while a plan is made',
      },
    },
    allOf: [
      {
        oneOf: [
          { required: ['argv'], properties: { argv: {} } },
          { required: ['script'], properties: { script: {} } },
        ],
      },
      {
        oneOf: [
          { required: ['creates'], properties: { creates: {} } },
          { required: ['unless'], properties: { unless: {} } },
        ],
      },
    ],
  },
  label: ({ argv, script }) => argv?.join(' ') ?? script?.split('\n')[0] ?? '',
  queries: ({ creates, unless }) => [
    ...(creates === undefined ? [] : [path({ path: creates })]),
    ...(unless === undefined ? [] : [succeeds({ script: unless })]),
  ],
  diff: (params, state) => {
    const predicted = whenDone(params, state);
    if (predicted.length === 0) return [];
    return [
      {
        action: 'run',
        before: null,
        after: { run: params.argv ?? params.script ?? '' },
        reason: params.creates === undefined ? 'its test fails' : `${params.creates} is missing`,
        risk: 'none',
        predicted,
      },
    ];
  },
  script: ({ argv, script = '', creates }) => {
    const check = creates === undefined ? '' : `require_unchanged ${quote(creates)} absent\n`;
    return `${check}${argv === undefined ? script : quoteAll(argv)}`;
  },
});

/** What will be known once the command has run; nothing where it need not. */
function whenDone({ creates, unless }: CommandParams, state: State): readonly Patch[] {
  if (creates !== undefined && state.read(path({ path: creates })).kind === 'absent') {
    return [predictPath(creates, 'other', { owner: 'root', group: 'root', mode: '0000' }, 0)];
  }
  if (unless !== undefined && !state.read(succeeds({ script: unless }))) {
    return [predict(succeeds({ script: unless }), true)];
  }
  return [];
}

export default command;
