import type { Event } from '../../core/event.ts';

/** Something that shows a run: it gets every event and never answers back. */
export interface View {
  /** Takes an event; never waits, never throws because of where it writes. */
  handle(event: Event): void;
  /** Resolves when everything handled so far is shown and nothing is being drawn: others may write then. */
  flush(): Promise<void>;
  /** Shows what is left and lets go of the stream and of all timers; nothing is handled afterwards. */
  close(): Promise<void>;
}

/** One view that passes everything on to several. */
export function combineViews(views: readonly View[]): View {
  return {
    handle: (event) => {
      for (const view of views) view.handle(event);
    },
    flush: async () => {
      await Promise.all(views.map((view) => view.flush()));
    },
    close: async () => {
      await Promise.all(views.map((view) => view.close()));
    },
  };
}
