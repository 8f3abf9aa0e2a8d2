/** A view shows a run: it gets every event and never answers. */
import type { Event } from '../../core/event.ts';

export interface View {
  /** Takes an event. It never waits, and errors of its stream never reach the caller. */
  handle(event: Event): void;
  /** Resolves when all events so far are shown and nothing is being drawn, so that others can write. */
  flush(): Promise<void>;
  /** Shows what is left and stops all timers. Nothing is handled afterwards. */
  close(): Promise<void>;
}

/** One view that passes everything on to several views. */
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
