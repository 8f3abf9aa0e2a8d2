import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPainter } from '../../src/report/terminal/painter.ts';
import { installed } from '../programs.ts';
import { createEmulator } from './emulator.ts';

const canCompare = installed('tmux');

/** A terminal of tmux in which a text has been printed. */
function inTmux(text: string, rows: number, columns: number) {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-tmux-'));
  const tmux = (...words: readonly string[]): string =>
    spawnSync('tmux', ['-u', '-S', join(folder, 'socket'), '-f', '/dev/null', ...words], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], SHELL: '/bin/sh', LC_ALL: 'C.UTF-8', TERM: 'xterm' },
    }).stdout;
  onTestFinished(() => {
    tmux('kill-server');
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'text'), text);
  const program = `cat ${join(folder, 'text')}; exec sleep 60`;
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), program);
  tmux('set', '-g', 'window-size', 'manual');
  return {
    all: () => trimmed(tmux('capture-pane', '-p', '-S', '-').split('\n')),
    resize: (newRows: number, newColumns: number) =>
      tmux('resize-window', '-x', String(newColumns), '-y', String(newRows)),
  };
}

const trimmed = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.trimEnd()).slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);

function emulated(text: string, rows: number, columns: number) {
  const emulator = createEmulator(rows, columns);
  // a terminal turns a line feed into both characters
  emulator.write(text.replaceAll('\n', '\r\n'));
  return emulator;
}

const picture = (name: string, rows: number): string =>
  Array.from({ length: rows }, (_, row) => `${name} ${row} ${'x'.repeat(10 + row)}`).join('\n');

/** The output of a painter for pictures of different heights, with lines that stay between them. */
function painted(): string {
  let text = '';
  const terminal = { columns: 40, rows: 10, write: (chunk: string) => (text += chunk) };
  const painter = createPainter(terminal as never);
  painter.keep('first');
  painter.paint(picture('one', 5));
  painter.keep('a line that stays, and is too long for a screen of forty columns');
  painter.paint(picture('two', 3));
  painter.paint(picture('three', 7));
  painter.release();
  painter.keep('after');
  painter.paint(picture('four', 2));
  return text;
}

describe('the emulator', () => {
  it.skipIf(!canCompare).each([
    ['wrapping and scrolling', `${'a'.repeat(95)}\n${picture('line', 12)}\nend`],
    ['exactly as wide as the screen', `${'b'.repeat(40)}\nnext\n${'c'.repeat(40)}d`],
    ['colours', '\x1b[31mred\x1b[39m plain \x1b[1mbold\x1b[22m\n\x1b[36mcyan\x1b[0m'],
    ['moving and erasing', `${picture('old', 6)}\n\x1b[3Anew\x1b[K\n\x1b[5Cfar\x1b[2Dx\n\x1b[J`],
    ['a painter', painted()],
  ])('shows what tmux shows: %s', async (_what, text) => {
    const tmux = inTmux(text, 10, 40);
    await expect.poll(tmux.all, { timeout: 10_000 }).toEqual(trimmed(emulated(text, 10, 40).all()));
  });

  it.skipIf(!canCompare)('wraps lines like tmux when it becomes narrower', async () => {
    const text = `${picture('line', 4)}\n${'y'.repeat(60)}\n`;
    const [tmux, emulator] = [inTmux(text, 20, 40), emulated(text, 20, 40)];
    await expect.poll(tmux.all, { timeout: 10_000 }).toEqual(trimmed(emulator.all()));
    emulator.resize(20, 15);
    tmux.resize(20, 15);
    await expect.poll(tmux.all, { timeout: 10_000 }).toEqual(trimmed(emulator.all()));
  });

  it('understands colours and marks, and accepts sequences in pieces', () => {
    const emulator = createEmulator(5, 20);
    for (const piece of ['\x1b', '[3', '1mred\x1b[39m ', '\x1b]9;he', 're\x07ok\x1b[?2', '5l'])
      emulator.write(piece);
    expect(emulator.coloured()).toEqual(['<red>red</> ok']);
    expect(emulator.marks).toEqual(['here']);
    expect(emulator.cursor()).toEqual({ row: 0, column: 6, visible: false });
  });

  it.each(['\x1b[2J', '\x1b[?1049h', '\x1b[5;5H', '\x07\x00', '\x1b[35mx'])('rejects %j', (text) => {
    expect(() => createEmulator(5, 20).write(text)).toThrow('unexpected');
  });
});
