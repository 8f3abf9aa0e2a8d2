import type { Secret } from '../core/secret.ts';
import type { Plan } from '../plan/plan.ts';
import { createLineWriter } from '../report/line-writer.ts';
import { createLogFileView } from '../report/log-file.ts';
import { createNdjsonView } from '../report/ndjson.ts';
import { createPlainView } from '../report/progress-plain.ts';
import type { View } from '../report/view.ts';
import type { Credentials } from '../transport/transport.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import type { ConnectOptions } from './options.ts';

/** Who listens to a run: the terminal or plain lines on standard error, JSON lines on standard output, a log file. */
export async function openViews(
  options: ConnectOptions,
  environment: Environment,
  credentials: Credentials,
  plan: () => Plan | undefined,
): Promise<readonly View[]> {
  const common = { fastboot: environment.version, now: () => new Date(), plan, mask: masker(credentials) };
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

async function progressView({ verbose }: ConnectOptions, { stderr, plain }: Environment): Promise<View> {
  const { writable: stream, style } = stderr;
  if (!stderr.isTerminal || plain)
    return createPlainView({ writer: createLineWriter(stream), now: () => new Date(), verbose });
  const { createListrView } = await import('../report/progress-listr.ts');
  return createListrView({ stream, style });
}

/** Replaces every password of the run in a text: none can get into events, whatever a host says. */
function masker({ sshPassword, becomePassword }: Credentials): (text: string) => string {
  const secrets = [sshPassword, becomePassword]
    .filter((secret): secret is Secret => secret !== undefined)
    .map((secret) => secret.reveal());
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
