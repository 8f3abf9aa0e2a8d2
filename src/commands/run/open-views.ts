/** Opens what shows a run while it lasts. */
import type { Plan } from '../../plan/plan.ts';
import { createLineWriter } from '../../report/terminal/line-writer.ts';
import { createLogFileView } from '../../report/events/log-file.ts';
import { createNdjsonView } from '../../report/events/ndjson.ts';
import { createPlainView } from '../../report/progress/plain.ts';
import type { View } from '../../report/events/view.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import type { OutputOptions } from './options.ts';

/** The views of a run: progress on standard error or JSON lines on standard output, and a log file. */
export async function openViews(
  options: OutputOptions,
  environment: Environment,
  plan: () => Plan | undefined,
): Promise<readonly View[]> {
  const common = { fastboot: environment.version, now: () => new Date(), plan };
  const views: View[] = [];
  if (options.json)
    views.push(createNdjsonView({ ...common, writer: createLineWriter(environment.stdout.writable) }));
  else if (!options.quiet) views.push(await progressView(options, environment));
  if (options.logFile !== undefined) {
    const onError = (error: Error): void =>
      print(environment.stderr, `--log-file: ${error.message}; the run goes on without it`);
    views.push(createLogFileView({ ...common, file: options.logFile, onError }));
  }
  return views;
}

async function progressView({ verbose }: OutputOptions, { stderr, plain }: Environment): Promise<View> {
  const { writable: stream, style } = stderr;
  if (!stderr.isTerminal || plain)
    return createPlainView({ writer: createLineWriter(stream), now: () => new Date(), verbose });
  const { createListrView } = await import('../../report/progress/listr.ts');
  return createListrView({ stream, style });
}
