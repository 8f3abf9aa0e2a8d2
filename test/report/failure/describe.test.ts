import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/core/failure.ts';
import { failureLines } from '../../../src/report/failure/lines.ts';
import { failureCause } from '../../../src/report/failure/cause.ts';
import { describeFailure } from '../../../src/report/failure/describe.ts';
import { failures, plain } from '../build.ts';

const command = (output: string): Failure => {
  return { kind: 'command', during: 'Mount the pool', code: 32, signal: null, output };
};

describe('describeFailure', () => {
  it('tells every kind of failure: what, why, what to do, what was not touched', async () => {
    const told = Object.values(failures)
      .flat()
      .map((failure) => {
        const text = describeFailure('compute117', failure);
        expect(text.what).not.toBe('');
        expect(text.whatToDo).not.toEqual([]);
        expect(text.untouched).not.toBe('');
        return [`✖ ${text.what}`, ...failureLines(text, plain, 80)].join('\n');
      });
    await expect(`${told.join('\n\n')}\n`).toMatchFileSnapshot('golden/failures.txt');
  });

  it('gives commands that can be pasted for a host key that has changed', () => {
    const runs = (address: string) =>
      describeFailure('c1', {
        kind: 'host-key',
        address,
        verdict: 'changed',
        fingerprint: 'SHA256:x',
        hint: '',
        file: '/home/o p/.ssh/known_hosts',
      }).whatToDo.map(({ command: line }) => line);
    expect(runs('192.0.2.1:22').at(-1)).toBe(
      "ssh-keygen -R 192.0.2.1 -f '/home/o p/.ssh/known_hosts' && ssh-keyscan 192.0.2.1 >> '/home/o p/.ssh/known_hosts'",
    );
    expect(runs('[2001:db8::1]:2222').at(-1)).toContain("-R '[2001:db8::1]:2222'");
    expect(runs('2001:db8::1').at(1)).toBe('ssh-keyscan 2001:db8::1 | ssh-keygen -lf -');
  });

  it('says after a failed verification that the changes were made', () => {
    const untouched = (during: string) =>
      describeFailure('c1', { kind: 'protocol', during, detail: 'no end' }).untouched;
    expect(untouched('reading the host')).toBe('A host that cannot be read is not changed.');
    expect(untouched('verifying')).toMatch(/^The changes were made\./);
  });

  it('keeps the last 20 lines, made visible', () => {
    const output = Array.from({ length: 30 }, (_, index) => `line ${index}\x1b[2J`).join('\n');
    const text = describeFailure('c1', command(output));
    expect(text.output).toHaveLength(20);
    expect(text.output.at(-1)).toBe('line 29\\x1b[2J');
    expect(text.what).toBe('Mount the pool: line 29\\x1b[2J');
  });
});

describe('failureCause', () => {
  const said = (host: string) =>
    failureCause(host, command(`mount: ${host} (192.0.2.${host.slice(1)}): denied, pid ${host.length}77\n`));

  it('is the same for one cause on many hosts', () => {
    expect(said('c1')).toBe(said('c200'));
    expect(said('c1')).not.toBe(failureCause('c1', command('mount: denied')));
  });

  it('differs between kinds of failure', () => {
    const keys = Object.values(failures)
      .flat()
      .map((failure) => failureCause('c1', failure));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
