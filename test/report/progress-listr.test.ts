import { execFile } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createListrView } from '../../src/report/progress-listr.ts';
import { eventSamples, plain, timed } from './build.ts';
import { playOnScreen } from './screen.ts';
import { runStory } from './story.ts';

const run = promisify(execFile);
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Plays a run in a real terminal of 24 rows and 80 columns, with Ctrl-C once a text has been shown. */
async function inTerminal(computes: number, seconds: number, { interruptAt = '', mode = '' } = {}) {
  const node = [
    process.execPath,
    '--import',
    path('../../scripts/ts-loader.mjs'),
    path('./listr-run.ts'),
    String(computes),
    String(seconds),
    mode,
  ];
  const { stdout } = await run('python3', [path('./in-terminal.py'), '24', '80', interruptAt, ...node], {
    maxBuffer: 64 << 20,
  });
  const { output, code } = JSON.parse(stdout) as { output: string; code: number };
  const screen = playOnScreen(output, 80);
  const cpu = Number(/^cpu (.*)$/m.exec(screen.text)?.[1]);
  return { ...screen, text: screen.text.replace(/^cpu .*\n/m, ''), code, cpu };
}

describe('progress in a real terminal', () => {
  it('leaves one line a phase for 3 hosts, each below the other', async () => {
    const { text, cursorVisible, tallest, tooWide } = await inTerminal(3, 1.5);
    await expect(text).toMatchFileSnapshot('golden/terminal-3-hosts.txt');
    expect(cursorVisible).toBe(true);
    expect(tallest).toBeLessThanOrEqual(5);
    expect(tooWide).toEqual([]);
  });

  it('stays within 12 rows for 300 hosts, and keeps failures above', async () => {
    const { text, cursorVisible, tallest, tooWide, cpu } = await inTerminal(300, 3);
    await expect(text).toMatchFileSnapshot('golden/terminal-300-hosts.txt');
    expect(cursorVisible).toBe(true);
    expect(tallest).toBeLessThanOrEqual(11);
    expect(tooWide).toEqual([]);
    expect(cpu).toBeLessThan(3);
  });

  it('ends what is live and shows the cursor after Ctrl-C', async () => {
    const { text, cursorVisible } = await inTerminal(3, 6, { interruptAt: 'Compute nodes' });
    expect(cursorVisible).toBe(true);
    expect(text).toMatch(/^! SIGINT: finishing the steps that have begun; no new ones are begun$/m);
    expect(text).toMatch(/^! Compute nodes {5}\d\/3 {2}interrupted$/m);
  });

  it('shows the cursor even where the program ends at once', async () => {
    const { cursorVisible, code } = await inTerminal(3, 6, { interruptAt: 'reading', mode: 'exit' });
    expect(code).toBe(130);
    expect(cursorVisible).toBe(true);
  });
});

describe('createListrView', () => {
  const screen = () => {
    const stream = new PassThrough();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return { stream, shown: () => playOnScreen(Buffer.concat(chunks).toString(), 80) };
  };

  it('takes 3000 events of 300 hosts in well under a second', async () => {
    const { stream, shown } = screen();
    const view = await createListrView({ stream, style: plain });
    const story = runStory(300, 60);
    expect(story.length).toBeGreaterThan(2900);
    const before = process.cpuUsage();
    for (const event of story) view.handle(event);
    await view.close();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
    expect(shown().text).toContain('Compute nodes');
    expect(shown().cursorVisible).toBe(true);
  });

  it('survives every event in any order, and lets no host write to the terminal', async () => {
    const { stream, shown } = screen();
    const view = await createListrView({ stream, style: plain });
    const evil = '\x1b[2J\n\u202e';
    const samples = Object.values(eventSamples);
    for (const event of timed([...samples, ...samples.toReversed()])) view.handle(event);
    view.handle({ at: 50, type: 'phase.start', phase: evil, hosts: ['c1'] });
    view.handle({ at: 51, type: 'host.step', host: 'c1', step: evil });
    view.handle({ at: 52, type: 'notice', text: evil });
    view.handle({ at: 53, type: 'lock.waiting', holder: evil });
    await view.close();
    // an unknown sequence throws
    expect(shown().text).toContain('\\x1b[2J\\n\\u202e');
  });

  it('is flushed between phases and in the middle of one', async () => {
    const { stream, shown } = screen();
    const view = await createListrView({ stream, style: plain });
    view.handle({ at: 0, ...eventSamples['phase.start'] });
    await view.flush();
    view.handle({ at: 1, ...eventSamples['phase.done'] });
    await view.flush();
    expect(shown().text).toBe('✔ Read              0/2  1.0 s\n');
    await view.close();
  });
});
