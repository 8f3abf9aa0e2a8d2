import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, encodeBytes } from '../../src/core/bytes.ts';
import { growthOf } from '../cpu.ts';

describe('decodeBytes and encodeBytes', () => {
  const mixed = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array)),
        fc.string({ unit: 'binary', maxLength: 4 }).map((value) => Buffer.from(value)),
        fc
          .constantFrom(
            'efbfbd',
            'ed a0 80',
            'edb380',
            'c080',
            'f4908080',
            'f0808080',
            'e28082',
            'fffe',
            'efbb bf',
          )
          .map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex')),
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.concat(parts));

  it('carry any bytes', () => {
    fc.assert(
      fc.property(mixed, (bytes) => {
        expect(encodeBytes(decodeBytes(bytes)).toString('hex')).toBe(bytes.toString('hex'));
      }),
      { numRuns: 3000 },
    );
  });

  it('leave valid text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeBytes(Buffer.from(text))).toBe(text);
        expect(encodeBytes(text)).toEqual(Buffer.from(text));
      }),
    );
  });

  it('take time in proportion to the size of a body with a broken byte', async () => {
    const copyOf = (size: number) => {
      const bytes = Buffer.concat([Buffer.alloc(size, 'x'), Buffer.from([0xff])]);
      return () => expect(encodeBytes(decodeBytes(bytes)).equals(bytes)).toBe(true);
    };
    expect(await growthOf(copyOf, 256 * 1024, 4 * 1024 * 1024)).toBeLessThan(16 * 5);
  });

  it.each([
    [[0xff], '\udcff'],
    [[0x61, 0x80, 0x62], 'a\udc80b'],
    [[0xe2, 0x82], '\udce2\udc82'],
    [[0xef, 0xbf, 0xbd], '\ufffd'],
    [[0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
  ])('%j', (bytes, text) => expect(decodeBytes(Buffer.from(bytes))).toBe(text));
});
