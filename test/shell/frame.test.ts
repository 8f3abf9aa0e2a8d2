import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, encodeBytes } from '../../src/core/bytes.ts';
import { createFrameParser, type Frame, framePrelude, parseFrames } from '../../src/shell/frame.ts';
import { quote, quoteAll } from '../../src/shell/quote.ts';
import { growthOf } from '../cpu.ts';
import { runShell, SHELLS } from './shells.ts';

const NONCE = 'n0nce';
/** Bodies that try to look like the framing, and any bytes. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\n@@',
        '@@',
        `@@${NONCE}`,
        `\n@@${NONCE}`,
        `@@${NONCE} `,
        '\n@@other x\n',
        ' ',
        'n0nce',
        '\r\n',
        '\0',
      ),
      fc.uint8Array({ maxLength: 5 }).map((array) => decodeBytes(Buffer.from(array))),
    ),
    { maxLength: 8 },
  )
  .map((parts) => decodeBytes(encodeBytes(parts.join(''))))
  .filter((body) => !`\n${body}\n`.includes(`\n@@${NONCE} `));
const head = fc.array(fc.constantFrom('file', 'a', '/etc/x', '0', 'é'), { minLength: 1, maxLength: 4 });
const frames = fc.array(fc.record({ head, body: hostile }), { maxLength: 6 });

const emit = (list: readonly Frame[]): Buffer =>
  encodeBytes(list.map(({ head: words, body }) => `\n@@${NONCE} ${words.join(' ')}\n${body}`).join(''));

function parseInChunks(
  output: Buffer,
  cuts: readonly number[],
): { frames: Frame[]; heads: (readonly string[])[] } {
  const found: Frame[] = [];
  const heads: (readonly string[])[] = [];
  const parser = createFrameParser(
    NONCE,
    (frame) => found.push(frame),
    (words) => heads.push(words),
  );
  let at = 0;
  for (const cut of cuts) {
    parser.push(output.subarray(at, at + cut));
    at += cut;
  }
  parser.push(output.subarray(at));
  parser.end();
  return { frames: found, heads };
}

describe('frame parser', () => {
  it('reads hostile bodies whole, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(frames, hostile, fc.array(fc.nat(40), { maxLength: 30 }), (list, noise, cuts) => {
        const output = Buffer.concat([encodeBytes(noise), emit(list)]);
        const parsed = parseInChunks(output, cuts);
        expect(parsed.frames).toEqual(list);
        expect(parsed.heads).toEqual(list.map(({ head: words }) => words));
        expect(parseInChunks(output, Array<number>(output.length).fill(1)).frames).toEqual(list);
      }),
      { numRuns: 500 },
    );
  });

  it('tells heads at once, bodies when they are complete', () => {
    const events: string[] = [];
    const parser = createFrameParser(
      NONCE,
      ({ head: [name = ''] }) => events.push(`frame ${name}`),
      ([name = '']) => events.push(`head ${name}`),
    );
    for (const piece of [`\n@@${NONCE} a\nbody`, `\n@@${NONCE} b`, '\n']) parser.push(Buffer.from(piece));
    expect(events).toEqual(['head a', 'frame a', 'head b']);
    parser.end();
    expect(events.at(-1)).toBe('frame b');
  });

  it('takes little more than four times the work for a body that is four times as long', async () => {
    const jobFor = (lines: number) => {
      const body = 'x'.repeat(79).concat('\n').repeat(lines);
      const output = emit([{ head: ['big'], body }]);
      const chunks = Array<number>(Math.ceil(output.length / 1024)).fill(1024);
      return () => {
        expect(parseInChunks(output, chunks).frames[0]?.body.length).toBe(body.length);
      };
    };
    const growth = await growthOf(jobFor, 3_000, 12_000);
    expect(growth).toBeLessThan(8);
  });
});

/** What a shell can print: bodies without NUL. */
const printable = hostile
  .map((body) => decodeBytes(encodeBytes(body.replaceAll('\0', ''))))
  .filter((body) => !`\n${body}\n`.includes(`\n@@${NONCE} `));

describe.each(SHELLS)('frames printed by %s', (_name, command) => {
  it('carry any body', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ head, body: printable }), { maxLength: 6 }), (list) => {
        const script = list
          .map(({ head: words, body }) => `fb ${quoteAll(words)}\nprintf %s ${quote(body)}\n`)
          .join('');
        const output = runShell(command, encodeBytes(framePrelude(NONCE) + script));
        expect(parseFrames(NONCE, output)).toEqual(list);
      }),
      { numRuns: 30 },
    );
  });
});
