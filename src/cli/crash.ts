/** Internal errors: how the program ends after one. */
type Callback = (trace: string) => Promise<void>;

/** How long the callbacks may take. */
const CALLBACK_TIMEOUT_S = 2;

const callbacks = new Set<Callback>();
let crashed = false;

/** Calls back before an internal error ends the program: to end the event stream and to restore the terminal. */
export function onCrash(callback: Callback): void {
  callbacks.add(callback);
}

/** Reports an internal error and ends the program. Open connections would keep it from ending by itself. */
export async function crash(error: unknown): Promise<never> {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!crashed) {
    crashed = true;
    const timeout = new Promise((resolve) => setTimeout(resolve, CALLBACK_TIMEOUT_S * 1000));
    const done = Promise.allSettled([...callbacks].map((callback) => callback(trace)));
    await Promise.race([done, timeout]);
    process.stderr.write(
      `Internal error. Please report it with the trace below. Hosts finish the step that they have begun. What to do: run again; the next run continues.\n${trace}\n`,
    );
  }
  process.exit(3);
}
