/** Resource type `command`: a command that runs only where its result is missing. */
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

export const command = defineResource<CommandParams>({
  type: 'command',
  schema: {
    type: 'object',
    description: 'A command, with `creates` or `unless` to find out whether it has to run',
    additionalProperties: false,
    properties: {
      argv: {
        type: 'array',
        minItems: 1,
        items: { $ref: '#/$defs/text' },
        description: 'The words of one command',
      },
      script: { $ref: '#/$defs/text', description: 'POSIX shell. It ends at the first command that fails' },
      creates: { $ref: '#/$defs/path', description: 'The command does not run where this path exists' },
      unless: {
        $ref: '#/$defs/text',
        description:
          'A shell script that changes nothing. The command does not run where it succeeds. It also runs while a plan is made',
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
        reason: params.creates === undefined ? 'its test `unless` fails' : `${params.creates} is missing`,
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

/** What will be known after the command; empty where it does not have to run. */
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
