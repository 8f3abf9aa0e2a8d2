import { createPainter } from './painter.ts';
import type { Terminal } from './painter.ts';

/** Where progress is drawn: lines that stay, and one live picture below them. */
export interface Canvas {
  /** A line that stays, above what is live. */
  say(line: string): void;
  /** Shows a picture until `ended`, then its result for good. */
  draw(picture: () => string, result: () => string, ended: Promise<void>): Promise<void>;
}

/** Calls back again and again until the returned function is called. */
export type Every = (callback: () => void) => () => void;

// how log-update, by which listr2 draws, takes back its last picture
const TAKEN_BACK = /^(?:\x1b\[(?:2K|1A|G))*/;
const CURSOR = /^\x1b\[\?25[hl]$/;

/**
 * The one place that knows listr2; loaded when first needed, because other commands start faster without it. listr2
 * makes one picture after the other, the painter puts each in the place of the one before.
 */
export async function createCanvas(terminal: Terminal, every: Every): Promise<Canvas> {
  const { Listr, ListrLogger, ProcessOutput, createWritable } = await import('listr2');
  const painter = createPainter(terminal);
  const paint = (chunk: string): void => {
    const picture = chunk.replace(TAKEN_BACK, '');
    // listr2 erases the last picture before it writes the result, which comes at once
    if (CURSOR.test(picture)) terminal.write(picture);
    else if (picture !== '') painter.paint(picture);
  };
  // endless, because listr2 takes columns and rows once and for all: the picture itself fits
  const endless = (put: (chunk: string) => void) => createWritable(put) as unknown as NodeJS.WriteStream;
  const rendererOptions = () => ({
    lazy: true,
    indentation: 0,
    formatOutput: 'truncate' as const,
    icon: { WAITING: '', PENDING: '', COMPLETED: '' },
    logger: new ListrLogger({
      useIcons: false,
      processOutput: new ProcessOutput(
        endless(paint),
        endless(() => undefined),
      ),
    }),
  });
  return {
    say: (line) => painter.keep(line),
    draw: async (picture, result, ended) => {
      const task = async (_context: unknown, wrapper: { title: string | undefined }) => {
        const stop = every(() => (wrapper.title = picture()));
        await ended;
        stop();
        wrapper.title = result();
      };
      const list = new Listr([{ title: picture(), task }], {
        registerSignalListeners: false,
        exitOnError: false,
        // chosen also where standard output is no terminal: what counts is the stream that is given
        renderer: 'default',
        fallbackRenderer: 'default',
        rendererOptions: rendererOptions(),
        fallbackRendererOptions: rendererOptions(),
      });
      await list.run();
      painter.release();
    },
  };
}
