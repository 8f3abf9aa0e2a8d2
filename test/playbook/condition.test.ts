import { describe, expect, it } from 'vitest';
import { conditionNames, isMet } from '../../src/playbook/condition.ts';

const vars = { os: { family: 'debian' }, unit: null, name: 'c1', n: 3, yes: true, list: [], text: 'a and b' };

describe('when', () => {
  const cases: readonly [string, boolean][] = [
    ["os.family == 'debian'", true],
    ['os.family == "redhat"', false],
    ["os.family != 'redhat'", true],
    ['unit', false],
    ['not unit', true],
    ['unit == null', true],
    ['yes', true],
    ['yes == true', true],
    ['n == 3', true],
    ['n != 3', false],
    ['list', false],
    ['not list', true],
    ['name and yes', true],
    ['name and not yes', false],
    ["text == 'a and b'", true],
    ["text == 'a and b' and n == 3", true],
  ];
  it.each(cases)('%s is %s', (condition, expected) => {
    expect(isMet(condition, vars)).toEqual({ ok: true, value: expected });
  });

  it.each(['', 'a ==', 'a > 3', 'name or yes', 'not a == b', 'f(x)', 'a == b == c', "'x"])(
    'refuses %j',
    (condition) => {
      const result = isMet(condition, vars);
      expect(result.ok ? '' : result.error).toContain('is not a condition');
    },
  );

  it('says which name does not exist', () => {
    const result = isMet('os.famly == 1', vars);
    expect(result.ok ? '' : result.error).toContain('did you mean "family"');
  });

  it('finds the names that it uses', () => {
    expect(conditionNames("os.family == 'debian' and nova.unit")).toEqual(['os.family', 'nova.unit']);
  });
});
