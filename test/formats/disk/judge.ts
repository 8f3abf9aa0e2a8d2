import { makeCorpus } from './corpus.ts';
import { agree, compare } from './differential.ts';
import type { Comparison } from './differential.ts';

/** How generated images came out. */
export interface Judgement {
  /** QEMU opens the chain, and our reader says something else of it, or gives up: must be none. */
  readonly differing: readonly Comparison[];
  readonly agreed: number;
  /** QEMU does not open the chain, and our reader does not say that it is whole either. */
  readonly refused: number;
  /** QEMU found a fault beyond the header of an image whose header is in order. */
  readonly beyond: readonly string[];
}

export function judge(folder: string, count: number): Judgement {
  const all = makeCorpus(folder, count).map(compare);
  const opened = all.filter(({ qemu }) => qemu !== null);
  const closed = all.filter(({ qemu }) => qemu === null);
  const whole = closed.filter(({ end }) => end.kind === 'whole');
  return {
    differing: opened.filter((each) => !agree(each) || each.end.kind !== 'whole'),
    agreed: opened.length,
    refused: closed.length - whole.length,
    beyond: whole.map(({ path, complaint }) => `${path}: ${complaint}`),
  };
}
