import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleProgram } from '../../terminal/bundle.ts';
import { LARGE, SMALL, openTerminal } from '../../terminal/terminal.ts';
import type { Size, Terminal } from '../../terminal/terminal.ts';

const file = (name: string) => join(import.meta.dirname, name);

const program = await bundleProgram(file('replay.ts'));

/** Plays a run with this many compute nodes in a real terminal. It stops at the given moments. */
const replay = (
  computes: number | string,
  stops: readonly string[],
  size: Size,
  env: Record<string, string> = { NO_COLOR: '1' },
) => openTerminal([process.execPath, program, String(computes), ...stops], size, env);

const at = (stop: string) => (terminal: Terminal) => terminal.marks.at(-1) === stop;
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;

/** Moments to stop at, and what is shown there. */
const MOMENTS = [
  ['8', 'reading'],
  ['30', 'changing'],
  ['57', 'ending'],
] as const;

describe.each([
  ['80x24', SMALL],
  ['200x50', LARGE],
])('%s', (name, size) => {
  it.each([3, 300])('%d hosts', async (computes) => {
    const terminal = replay(
      computes,
      MOMENTS.map(([stop]) => stop),
      size,
    );
    for (const [stop, what] of MOMENTS) {
      await terminal.until(at(stop));
      await expect(text(terminal.screen())).toMatchFileSnapshot(
        `screens/${computes}-hosts-${what}-${name}.txt`,
      );
      expect(terminal.cursor().visible).toBe(true);
      terminal.signal('SIGUSR2');
    }
    expect(await terminal.ended).toEqual({ code: 0, echo: true, lines: true });
    await expect(text(terminal.all())).toMatchFileSnapshot(`screens/${computes}-hosts-done-${name}.txt`);
    expect(terminal.cursor().visible).toBe(true);
  });

  it('3 hosts, one failing', async () => {
    const terminal = replay('3/3', ['58'], size);
    await terminal.until(at('58'));
    await expect(text(terminal.screen())).toMatchFileSnapshot(`screens/3-hosts-failing-${name}.txt`);
    terminal.signal('SIGUSR2');
    expect(await terminal.ended).toEqual({ code: 0, echo: true, lines: true });
    await expect(text(terminal.all())).toMatchFileSnapshot(`screens/3-hosts-failed-${name}.txt`);
  });

  it.each([3, 300])('%d hosts, interrupted', async (computes) => {
    const terminal = replay(computes, ['30', '^C'], size);
    await terminal.until(at('30'));
    terminal.signal('SIGUSR2');
    await terminal.until(at('^C'));
    await expect(text(terminal.screen())).toMatchFileSnapshot(
      `screens/${computes}-hosts-stopping-${name}.txt`,
    );
    terminal.signal('SIGUSR2');
    expect(await terminal.ended).toEqual({ code: 0, echo: true, lines: true });
    await expect(text(terminal.all())).toMatchFileSnapshot(`screens/${computes}-hosts-stopped-${name}.txt`);
    expect(terminal.cursor().visible).toBe(true);
  });
});

describe('on a terminal', () => {
  it('uses the colours of the theme, and shows no meaning by a colour only', async () => {
    const terminal = replay(300, ['30'], SMALL, {});
    await terminal.until(at('30'));
    await expect(text(terminal.coloured())).toMatchFileSnapshot(
      'screens/300-hosts-changing-80x24-colour.txt',
    );
    const plain = readFileSync(file('screens/300-hosts-changing-80x24.txt'), 'utf8');
    expect(text(terminal.screen())).toBe(plain);
  });

  it('uses ASCII symbols where it shows no others', async () => {
    const terminal = replay(300, ['30'], SMALL, { NO_COLOR: '1', LC_ALL: 'C' });
    await terminal.until(at('30'));
    await expect(text(terminal.screen())).toMatchFileSnapshot('screens/300-hosts-changing-80x24-ascii.txt');
    expect(terminal.output()).toMatch(/^[\x00-\x7f]*$/);
  });

  it.each([
    ['narrower', 24, 50],
    ['lower', 12, 80],
    ['wider and higher', 50, 200],
  ])('that is made %s, the picture fits again and leaves nothing behind', async (_what, rows, columns) => {
    const terminal = replay(300, ['30', '31'], SMALL);
    await terminal.until(at('30'));
    terminal.resize(rows, columns);
    terminal.signal('SIGUSR2');
    await terminal.until(at('31'));
    const shown = terminal.screen();
    const head = shown.findIndex((line) => line.includes('Compute nodes'));
    expect(shown.slice(head).filter((line) => !/^ {2}[⠀-⣿✖] |Compute nodes/u.test(line))).toEqual([]);
    expect(shown.filter((line) => line.includes('Compute nodes'))).toHaveLength(1);
    expect(shown.length - head).toBeLessThanOrEqual(rows / 2);
    expect(terminal.all().filter((line) => /^ {2}[⠀-⣿]/u.test(line)).length).toBeLessThan(rows / 2);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s leaves the cursor, also where nobody listens',
    async (signal) => {
      const terminal = replay(3, ['30'], SMALL);
      await terminal.until(at('30'));
      expect(terminal.cursor().visible).toBe(true);
      terminal.signal(signal);
      expect(await terminal.ended).toMatchObject({ echo: true, lines: true });
      expect(terminal.cursor().visible).toBe(true);
    },
  );
});
