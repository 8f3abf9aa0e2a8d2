/** Services of OpenStack: how they are run and configured. */
import type { ConfigFile } from '../formats/oslo-config.ts';
import { parseUnitRecords } from '../formats/systemd.ts';
import type { Frame } from '../shell/frame.ts';
import { quoteAll } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import functions from './oslo-service.sh';

/** A systemd unit that may run the service. */
export interface OsloUnit {
  readonly name: string;
  readonly load: string;
  readonly active: string;
  /** The words of its `ExecStart=`. */
  readonly command: readonly string[];
}

/** How a service of OpenStack is run and configured on a host. */
export interface OsloService {
  readonly units: readonly OsloUnit[];
  /** The words of the running service's command line that name configuration; null where it does not run. */
  readonly running: readonly string[] | null;
  /** The configuration files that exist, each once, in any order. */
  readonly files: readonly ConfigFile[];
  /** Whether kolla has a configuration of the service, for a container. */
  readonly kolla: boolean;
}

/** Which service is asked about. */
export interface OsloQuestion {
  /** The name of the fact, with which its frames begin. */
  readonly fact: string;
  readonly units: readonly string[];
  /** The default files, some as patterns with `*`. */
  readonly files: readonly string[];
  /** Options that are needed, and are not secret. Nothing else of these files leaves the host: they hold passwords. */
  readonly options: readonly string[];
  /** The folder that kolla makes for the service; left out where that is not asked for. */
  readonly kolla?: string;
}

/** An awk program that prints the name of each configuration file, then its section headers and the wanted options. */
export const optionsFilter = (
  options: readonly string[],
): string => `FNR == 1 { print "@ " FILENAME; wanted = 0 }
/^[ \\t\\r]*$/ { wanted = 0; next }
/^[ \\t]/ { if (wanted) print; next }
{ wanted = 0 }
/^\\[/ { print; next }
/^(${options.join('|')})[ \\t]*[=:]/ { wanted = 1; print }`;

/** The shell that reads a service's units, arguments and settings; `oslo-service.sh` has the function. */
export function osloScript({ fact, units, files, options, kolla }: OsloQuestion): string {
  const words = [fact, units.join('\n'), optionsFilter(options), kolla ?? '', ...files];
  return `${functions}\nread_service ${quoteAll(words)}`;
}

/**
 * Reads the frames of `osloScript`. Throws `FactError` where there is no answer.
 *
 * @param asked the units that the script was made for
 * @param wanted those of them that the answer is about
 */
export function parseOslo(
  frames: readonly Frame[],
  asked: readonly string[],
  wanted: readonly string[],
): OsloService {
  const body = (name: string) => frames.find((frame) => frame.head[1] === name)?.body;
  const files = body('files');
  if (files === undefined) throw new FactError('no answer about the service');
  const found = unitsByName(body('units')?.trim() ?? '', asked);
  const running = frames.some((frame) => frame.head[2] === 'running')
    ? (body('words') ?? '').split('\n').filter((word) => word !== '')
    : null;
  return {
    units: wanted.flatMap((name) => found.get(name) ?? []),
    running,
    files: parseConfigFiles(files),
    kolla: frames.some((frame) => frame.head[1] === 'kolla'),
  };
}

/** By the name that was asked for, because systemd gives an alias its real name. */
function unitsByName(body: string, names: readonly string[]): ReadonlyMap<string, OsloUnit> {
  const records = body === '' ? [] : parseUnitRecords(body);
  return new Map(
    names.flatMap((name, index) => {
      const property = records[index];
      return property === undefined ? [] : [[name, toUnit(property)] as const];
    }),
  );
}

function toUnit(property: (name: string) => string): OsloUnit {
  const command = /argv\[\]=(.*?) ; /.exec(property('ExecStart'))?.[1] ?? '';
  return {
    name: property('Id'),
    load: property('LoadState'),
    active: property('ActiveState'),
    command: command === '' ? [] : command.split(' '),
  };
}

/** What `optionsFilter` printed. */
export function parseConfigFiles(body: string): readonly ConfigFile[] {
  const files = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of body.split('\n')) {
    if (line.startsWith('@ ')) {
      lines = [];
      files.set(line.slice(2), lines);
    } else if (line !== '') lines.push(line);
  }
  return [...files].map(([path, own]) => ({ path, lines: own }));
}

/** The units that all questions name, each once. */
export function unitsAsked(questions: readonly { readonly units: readonly string[] }[]): readonly string[] {
  return [...new Set(questions.flatMap(({ units }) => units))];
}
