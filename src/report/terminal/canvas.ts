/** Where progress is drawn: lines that stay, and one live picture below them. */
import type { ListrEventManager } from 'listr2';
import { createPainter } from './painter.ts';
import type { Terminal } from './painter.ts';

export interface Canvas {
  /** Writes a line that stays, above the picture. */
  say(line: string): void;
  /** Shows a picture until `ended` resolves. Then the result stays in its place. */
  draw(picture: () => string, result: () => string, ended: Promise<void>): Promise<void>;
}

/** Calls back at an interval until the returned function is called. */
export type Every = (callback: () => void) => () => void;

type Titled = readonly { readonly title?: string | undefined }[];

/**
 * Only this file knows listr2. It is loaded when it is first needed, because other commands start faster without it. The
 * picture is the title of a task. listr2 says when to show it, and the painter replaces the picture before. The renderer of
 * listr2 itself is not used: it measures each character of each picture again, which took a tenth of a core for 300 hosts.
 */
export async function createCanvas(terminal: Terminal, every: Every): Promise<Canvas> {
  const { Listr, ListrEventType } = await import('listr2');
  const painter = createPainter(terminal);
  // listr2 makes one renderer for each list
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
        // also where standard output is not a terminal: only the given stream counts
        fallbackRenderer: Renderer,
      });
      await list.run();
    },
  };
}
