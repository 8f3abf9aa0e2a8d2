/** What is known while a YAML document is read, and the limits of its size. */
import type { Diagnostic } from '../diagnostic.ts';
import type { ScalarValue, YamlNode } from './node.ts';
import { diagnose } from './source.ts';
import type { SourceText } from './source.ts';

/** Levels of nesting. */
export const MAX_DEPTH = 100;

/** Nodes, with every alias replaced. */
export const MAX_SIZE = 2_000_000;

const MAX_COPIES = 1_000_000;
const MAX_DIAGNOSTICS = 500;

/** The state of reading one document. */
export interface Context {
  readonly source: SourceText;
  readonly resolve: (text: string) => ScalarValue;
  /** The node of each anchor; undefined while that node is still being read. */
  readonly anchors: Map<string, YamlNode | undefined>;
  readonly diagnostics: Diagnostic[];
  /** How many nodes merge keys and `!unsafe` have copied. */
  copied: number;
  /** A limit was exceeded: the rest is not read. */
  tooLarge: boolean;
}

/** Adds an error at an offset. */
export function report(context: Context, offset: number, message: string, hint?: string): void {
  if (context.diagnostics.length >= MAX_DIAGNOSTICS) return;
  context.diagnostics.push(diagnose(context.source, offset, { message, hint }));
}

/** Ends the reading: the document has too many nodes, or is nested too deeply. */
export function tooLarge(context: Context, start: number, reason: 'size' | 'depth'): void {
  if (context.tooLarge) return;
  context.tooLarge = true;
  report(
    context,
    start,
    reason === 'size'
      ? 'with all aliases replaced, the file has millions of values'
      : `nested more than ${MAX_DEPTH} levels deep`,
  );
}

/** Counts copies. */
export function countCopies(context: Context, count: number, start: number): void {
  context.copied += count;
  if (context.copied > MAX_COPIES) tooLarge(context, start, 'size');
}

/** The height and the size of a node with these children. */
export function measure(children: readonly YamlNode[]): { height: number; size: number } {
  let height = 0;
  let size = 1;
  for (const child of children) {
    height = Math.max(height, child.height);
    size += child.size;
  }
  return { height: height + 1, size };
}
