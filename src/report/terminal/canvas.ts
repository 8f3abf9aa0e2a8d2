import type { ListrEventManager } from 'listr2';
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

type Titled = readonly { readonly title?: string | undefined }[];

/**
 * The one place that knows listr2; loaded when first needed, because other commands start faster without it. A picture is
 * the title of a task; what listr2 calls to be shown, the painter puts in the place of the one before. listr2's own
 * renderer measures each character of each picture anew, which for 300 hosts took a tenth of a core.
 */
export async function createCanvas(terminal: Terminal, every: Every): Promise<Canvas> {
  const { Listr, ListrEventType } = await import('listr2');
  const painter = createPainter(terminal);
  // listr2 makes one for each list
  class Renderer {
    static readonly nonTTY = true;
    static readonly rendererOptions: Readonly<Record<PropertyKey, never>> = {};
    static readonly rendererTaskOptions: Readonly<Record<PropertyKey, never>> = {};
    readonly render: () => void;
    readonly end: () => void;

    constructor(tasks: Titled, _options: unknown, events?: ListrEventManager) {
      const paint = (): void => painter.paint(tasks.map(({ title = '' }) => title).join('\n'));
      this.render = () => {
        paint();
        events?.on(ListrEventType.SHOULD_REFRESH_RENDER, paint);
      };
      this.end = () => {
        paint();
        painter.release();
      };
    }
  }
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
        renderer: Renderer,
        // also where standard output is no terminal: what counts is the stream that is given
        fallbackRenderer: Renderer,
      });
      await list.run();
    },
  };
}
