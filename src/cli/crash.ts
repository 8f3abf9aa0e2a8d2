/** What is done when an error in fastboot itself ends it: the event stream gets its end, the terminal is left in order. */
type LastWords = (trace: string) => Promise<void>;

const SECONDS_FOR_LAST_WORDS = 2;
const words = new Set<LastWords>();
let crashed = false;

/** Has something done before the program ends by an error of its own. */
export function onCrash(last: LastWords): void {
  words.add(last);
}

/** Says that it was fastboot's own error, and ends the program; open connections would keep it from ending. */
export async function crash(error: unknown): Promise<never> {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!crashed) {
    crashed = true;
    const patience = new Promise((resolve) => setTimeout(resolve, SECONDS_FOR_LAST_WORDS * 1000));
    const said = Promise.allSettled([...words].map((last) => last(trace)));
    await Promise.race([said, patience]);
    process.stderr.write(
      `This is an error in fastboot itself; please report it with what stands below. Hosts finish the step that they have begun; the next run carries on.\n${trace}\n`,
    );
  }
  process.exit(3);
}
