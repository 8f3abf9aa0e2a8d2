import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { namesIn, render } from '../../src/playbook/template.ts';

const vars = {
  name: 'nfs01',
  pool: { gid: 64060, clients: ['10.0.0.1', '10.0.0.2'], owner: null },
  hostile: '{{ name }}',
  'a-b': 'dash',
};

describe('placeholders', () => {
  const good: readonly [string, Json, Json][] = [
    ['plain text stays', 'no braces', 'no braces'],
    ['inside a text', 'host {{ name }}!', 'host nfs01!'],
    ['several', '{{ name }}:{{name}}', 'nfs01:nfs01'],
    ['a number inside a text', 'gid={{ pool.gid }}', 'gid=64060'],
    ['alone, the value keeps its type', '{{ pool.gid }}', 64060],
    ['alone, a list', '{{ pool.clients }}', ['10.0.0.1', '10.0.0.2']],
    ['alone, null', '{{ pool.owner }}', null],
    ['in lists and mappings', { a: ['{{ name }}'], b: 1 }, { a: ['nfs01'], b: 1 }],
    ['names with a dash', '{{ a-b }}', 'dash'],
    ['alone with a newline is text', '{{ name }}\n', 'nfs01\n'],
  ];
  it.each(good)('%s', (_title, value, expected) => {
    expect(render(value, vars)).toEqual({ ok: true, value: expected });
  });

  const bad: readonly [string, string, string][] = [
    ['an unknown name, with the nearest', '{{ nam }}', 'did you mean "name"'],
    ['an unknown path', '{{ pool.gdi }}', 'pool has no "gdi"; did you mean "gid"'],
    ['a list inside a text', 'x {{ pool.clients }}', 'a list, which cannot be inserted in a text'],
    ['an expression', '{{ 1 + 1 }}', 'only a name'],
    ['a filter', '{{ name | upper }}', 'only a name'],
    ['what objects inherit', '{{ constructor }}', 'there is no variable "constructor"'],
    ['a path through what objects inherit', '{{ pool.__proto__.x }}', 'pool has no "__proto__"'],
    ['a value that holds a placeholder is never evaluated', '{{ hostile }}', 'which is not evaluated'],
  ];
  it.each(bad)('refuses %s', (_title, value, message) => {
    const result = render(value, vars);
    expect(result.ok ? result.value : result.error).toContain(message);
    expect(result.ok).toBe(false);
  });

  it('finds the names that a value uses', () => {
    expect(namesIn({ a: '{{ pool.gid }} {{ name }}', b: ['{{ os.family }}'] })).toEqual([
      'pool.gid',
      'name',
      'os.family',
    ]);
  });
});
