/** Shows what a new resource type takes: its file, its cases, and two files that `npm run docs` writes. */
import { expect, test } from 'vitest';
import { copyProject } from '../project-copy.ts';

const TYPE = `/** Resource type \`empty_file\`: a file without content. */
import type { JsonObject } from '../core/json.ts';
import { path } from '../facts/path.ts';
import { predict } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { wrongKindDrift } from './attributes.ts';
import { defineResource } from './resource.ts';

export type EmptyFileParams = JsonObject & { readonly path: string };

export default defineResource<EmptyFileParams>({
  type: 'empty_file',
  schema: {
    type: 'object',
    description: 'A file without content',
    required: ['path'],
    additionalProperties: false,
    properties: { path: { $ref: '#/$defs/path' } },
  },
  label: (params) => params.path,
  queries: (params) => [path({ path: params.path })],
  diff: (params, state) => {
    const there = state.read(path({ path: params.path }));
    if (there.kind === 'file') return [];
    if (there.kind !== 'absent') return [wrongKindDrift(params.path, there, 'a file')];
    const made = { kind: 'file', mode: '0644', uid: 0, gid: 0, owner: 'root', group: 'root', size: 0 } as const;
    const predicted = [predict(path({ path: params.path }), made)];
    return [{ action: 'create', before: null, after: {}, reason: 'missing', risk: 'none', predicted }];
  },
  script: (params) => \`require_unchanged \${quote(params.path)} absent
write_atomic \${quote(params.path)} 0644 0:0 </dev/null\`,
});
`;

const CASE = `params: { path: /etc/x }
real: test/fleet/resources.test.ts
`;

test('a resource type is one file, and a case for each outcome', () => {
  const copy = copyProject();
  copy.write('src/resources/empty-file.ts', TYPE);
  copy.write('test/resources/cases/empty_file/missing.yaml', CASE);

  copy.run('--import', './scripts/ts-loader.mjs', 'scripts/docs.ts');
  copy.vitest(
    'test/resources/cases.test.ts',
    'test/resources/schema.test.ts',
    'test/docs/reference.test.ts',
    '-u',
    '-t',
    'empty_file|generated files',
  );

  expect(copy.changed()).toEqual([
    'docs/reference/resources.md',
    'schemas/playbook.schema.json',
    'src/resources/empty-file.ts',
    'test/resources/cases/empty_file/missing.yaml',
  ]);
  expect(copy.read('test/resources/cases/empty_file/missing.yaml')).toContain(
    'require_unchanged /etc/x absent',
  );
  expect(copy.read('schemas/playbook.schema.json')).toContain('"A file without content"');
});
