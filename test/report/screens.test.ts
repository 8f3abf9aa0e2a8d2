import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LARGE, SMALL, openTerminal } from '../terminal/terminal.ts';
import type { Size, Terminal } from '../terminal/terminal.ts';

const file = (name: string) => join(import.meta.dirname, name);

/** Plays a run of so many compute nodes in a real terminal, standing still at the stops. */
function replay(computes: number, stops: readonly string[], size: Size, env: Record<string, string> = {}) {
  const loader = file('../../scripts/ts-loader.mjs');
  const command = [process.execPath, '--import', loader, file('replay.ts'), String(computes), ...stops];
  return openTerminal(command, size, { NO_COLOR: '1', ...env });
}

const at = (stop: string) => (terminal: Terminal) => terminal.marks.at(-1) === stop;
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;

/** Stops, and what is to be seen there. */
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
      expect(terminal.cursor().visible).toBe(false);
      terminal.signal('SIGUSR2');
    }
    expect(await terminal.ended).toEqual({ code: 0, echo: true, lines: true });
    await expect(text(terminal.all())).toMatchFileSnapshot(`screens/${computes}-hosts-done-${name}.txt`);
    expect(terminal.cursor().visible).toBe(true);
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
