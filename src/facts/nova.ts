import type { JsonObject } from '../core/json.ts';
import { quoteAll } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** A systemd unit that may be nova-compute's. */
export interface NovaUnit {
  readonly name: string;
  readonly load: string;
  readonly active: string;
  /** The command of `ExecStart=`, word by word. */
  readonly command: readonly string[];
}

/** One of Nova's configuration files, cut down to the options that fastboot has to know. */
export interface NovaConfigFile {
  readonly path: string;
  /** Section headers, the wanted options and their continuation lines, as they stand in the file. */
  readonly lines: readonly string[];
}

/** How nova-compute is run and configured on a host. */
export interface Nova {
  readonly units: readonly NovaUnit[];
  /** The words of the running nova-compute's command line that name configuration; null where none runs. */
  readonly running: readonly string[] | null;
  /** Files that exist, each once, in no order that matters. */
  readonly files: readonly NovaConfigFile[];
}

/** Options whose values are harmless and needed; nothing else of Nova's configuration, which holds passwords, leaves the host. */
const OPTIONS = [
  'remove_unused_base_images',
  'subdirectory_name',
  'image_cache_subdirectory_name',
  'base_dir_name',
  'instances_path',
  'state_path',
  'images_type',
  'use_cow_images',
  'force_raw_images',
];

/** An awk program that prints of configuration files, each after its name, sections and wanted options. */
export const NOVA_OPTIONS_FILTER = `FNR == 1 { print "@ " FILENAME; wanted = 0 }
/^[ \\t\\r]*$/ { wanted = 0; next }
/^[ \\t]/ { if (wanted) print; next }
{ wanted = 0 }
/^\\[/ { print; next }
/^(${OPTIONS.join('|')})[ \\t]*[=:]/ { wanted = 1; print }`;

/**
 * Nova's units, arguments and settings. The files are the default ones of Debian and RDO and those that the command
 * line names (fact 17).
 */
export const nova = defineFact<JsonObject & { readonly units: readonly string[] }, Nova>({
  name: 'nova',
  script: (questions) => `newline='
'
pid= command=
if [ -d /run/systemd/system ]; then
  fb nova units
  shown=$(systemctl show --no-pager -p Id,LoadState,ActiveState,MainPID,ExecStart -- ${quoteAll(unitNames(questions))})
  printf '%s\\n' "$shown"
  set -f
  IFS=$newline
  for line in $shown; do
    case $line in
      MainPID=0) ;;
      MainPID=*) pid=\${pid:-\${line#*=}} ;;
      ExecStart=*argv*) command=\${line#*argv\\[\\]=}; command=\${command%% ; *} ;;
    esac
  done
fi
unset IFS
set +f
if [ -n "$pid" ] && words=$(tr '\\0' '\\n' <"/proc/$pid/cmdline"); then
  fb nova words running
else
  pid= words=$command
  fb nova words
fi
set -- /usr/share/nova/nova-dist.conf /etc/nova/nova.conf /etc/nova/nova-compute.conf /etc/nova/nova.conf.d/*.conf /etc/nova/nova-compute.conf.d/*.conf
set -f
if [ -n "$pid" ]; then IFS=$newline; fi
option=
for word in $words; do
  case $option$word in
    --config-file | --config-dir) option=$word=; printf '%s\\n' "$word"; continue ;;
    --config-file=*) file=\${word#--config-file=}; set -- "$@" "$file" ;;
    --config-dir=*) file=\${word#--config-dir=}; set +f; set -- "$@" "$file"/*.conf; set -f ;;
    *) continue ;;
  esac
  printf '%s\\n' "$word"
  option=
done
set +f
unset IFS
number=$#
for file; do
  case $file in /*) if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"; fi ;; esac
done
shift "$number"
fb nova files
if [ $# -gt 0 ]; then awk '${NOVA_OPTIONS_FILTER}' "$@"; fi`,
  parse: (frames, questions) => {
    const body = (name: string) => frames.find((frame) => frame.head[1] === name)?.body;
    const files = body('files');
    if (files === undefined) throw new FactError('no answer about Nova');
    const units = parseUnits(body('units') ?? '', unitNames(questions));
    const running = frames.some((frame) => frame.head[2] === 'running')
      ? (body('words') ?? '').split('\n').filter((word) => word !== '')
      : null;
    return questions.map((question) => ({
      units: question.units.flatMap((name) => units.get(name) ?? []),
      running,
      files: parseConfigFiles(files),
    }));
  },
});

function unitNames(questions: readonly { readonly units: readonly string[] }[]): readonly string[] {
  return [...new Set(questions.flatMap(({ units }) => units))];
}

/** By the name that was asked for; systemd answers in the order of its arguments and gives an alias its real name. */
function parseUnits(body: string, names: readonly string[]): ReadonlyMap<string, NovaUnit> {
  const blocks = body.trim().split(/\n\n+/);
  return new Map(
    names.flatMap((name, index) => {
      const block = blocks[index];
      return block === undefined || block === '' ? [] : [[name, parseUnit(block)] as const];
    }),
  );
}

function parseUnit(block: string): NovaUnit {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(block)?.[1] ?? '';
  const command = /argv\[\]=(.*?) ; /.exec(value('ExecStart'))?.[1] ?? '';
  return {
    name: value('Id'),
    load: value('LoadState'),
    active: value('ActiveState'),
    command: command === '' ? [] : command.split(' '),
  };
}

/** What `NOVA_OPTIONS_FILTER` printed. */
export function parseConfigFiles(body: string): readonly NovaConfigFile[] {
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
