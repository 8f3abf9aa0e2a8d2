import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../src/core/event.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { departures } from './as-planned.ts';
import { createRig } from './rig.ts';

/** Tests the comparison of plans and runs that all other tests use. */

let plan: Plan;
let events: readonly EventBody[];

const at = (type: EventBody['type'], change: string): number =>
  events.findIndex((event) => event.type === type && 'change' in event && event.change === change);
const without = (...indices: readonly number[]): readonly EventBody[] =>
  events.filter((_, index) => !indices.includes(index));
const moved = (from: number, to: number): readonly EventBody[] => {
  const event = events[from];
  const rest = without(from);
  return event === undefined ? rest : [...rest.slice(0, to), event, ...rest.slice(to)];
};
const changed = (index: number, other: object): readonly EventBody[] =>
  events.map((event, place) => (place === index ? { ...event, ...other } : event));

describe('a run', () => {
  it('that is as planned has no differences', async () => {
    const rig = createRig(`
- hosts: nfs_backend
  tasks:
    - file: { path: /srv/one, content: "1" }
- hosts: compute
  tasks:
    - line: { path: /srv/one, line: "1", create: true }
    - line: { path: /srv/one, line: "2" }
    - file: { path: /srv/two, content: "2" }
`);
    const run = await rig.apply();
    if (run.plan === undefined) throw new Error('no plan');
    ({ plan, events } = { plan: run.plan, events: run.events });
    expect(departures(plan, events)).toEqual([]);
    expect(events.filter(({ type }) => type === 'change.done')).toHaveLength(4);
  });

  const done: EventBody = {
    type: 'run.done',
    exitCode: 0,
    seconds: 1,
    counts: {
      changed: 2,
      unchanged: 0,
      failed: 0,
      unreachable: 0,
      blocked: 0,
      skipped: 0,
      changes: 4,
      deferred: 0,
    },
  };
  const cases: readonly [string, () => readonly EventBody[], string][] = [
    [
      'that leaves the last change out',
      () => without(at('change.start', 'c1:3'), at('change.done', 'c1:3')),
      'c1 changed, and 1 were left',
    ],
    [
      'that leaves a change in the middle out',
      () => without(at('change.start', 'c1:2'), at('change.done', 'c1:2')),
      'c1 began c1:3, which is not its next change',
    ],
    [
      'that does a change twice',
      () => [...events, ...events.filter((event) => event.type === 'change.start')],
      'b began b:1, which is not its next change',
    ],
    [
      'that does something else',
      () => changed(at('change.start', 'c1:1'), { resource: 'file /etc/passwd' }),
      'c1:1 was started as line: file /etc/passwd',
    ],
    [
      'that starts a stage too early',
      () => moved(at('change.start', 'c1:1'), at('change.start', 'b:1')),
      'b:1 was started after a later stage',
    ],
    [
      'that does not wait for what a change depends on',
      () => without(at('change.done', 'c1:1')),
      'c1:2 was started before c1:1',
    ],
    [
      'that finishes a change that it has not started',
      () => without(at('change.start', 'b:1')),
      'b:1 was done, but not started',
    ],
    [
      'that counts wrongly',
      () =>
        changed(
          events.findIndex((event) => event.type === 'host.done'),
          { changed: 7 },
        ),
      'b says 7 changes, and 1 were made',
    ],
    [
      'that planned more, and reports success',
      () => [...without(at('change.start', 'c1:3'), at('change.done', 'c1:3')), done],
      'c1 was promised c1:3',
    ],
    [
      'that fails without a failure event',
      () =>
        changed(
          events.findLastIndex((event) => event.type === 'host.done'),
          { outcome: 'failed' },
        ),
      'c1 failed, and does not say why',
    ],
  ];
  it.each(cases)('%s is found out', (_what, run, complaint) => {
    expect(departures(plan, run())).toContain(complaint);
  });
});
