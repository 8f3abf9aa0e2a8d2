import { quote } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** What may link images into the cache beside fastboot's link-sync. */
export interface Linkers {
  /** Lines of crontabs that are no comments. */
  readonly cron: readonly CronLine[];
  /** Scripts that crontabs name and that look like linkers. */
  readonly scripts: readonly string[];
  /** Words of running processes' command lines that name one of them, or the script of the known recipe. */
  readonly running: readonly string[];
}

export interface CronLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Bytes of a crontab, and of a script, that are looked at. */
const CRONTAB = 200_000;
const SCRIPT = 1_048_576;

/**
 * Crontabs of the system and of all users, which of the scripts that they name speak of the cache folder, of links and of
 * SHA-1, and which of these run now. Crontabs may hold secrets: lines are for deciding, never to be shown.
 */
export const linkers = defineFact<{ readonly cache: string }, Linkers>({
  name: 'linkers',
  script: ([question]) => `cache=${quote(question?.cache ?? '')}
set --
for f in /etc/crontab /etc/cron.d/* /var/spool/cron/* /var/spool/cron/crontabs/*; do
  case $f in */fastboot-link-sync) continue ;; esac
  if ! is_far "$f" && [ -f "$f" ] && ! [ -L "$f" ]; then
    fb linkers crontab "$f"
    head -c ${CRONTAB} "$f"
    set -- "$@" "$f"
  fi
done
fb linkers scripts
looks() { [ "$(head -c ${SCRIPT} "$1" | grep -ac "$2" -e "$3")" -gt 0 ]; }
found=
if [ $# -gt 0 ]; then
  for p in $(grep -hv '^[[:space:]]*#' "$@" | tr -s ' \\t;&|()<>"\\047' '\\n' | grep '^/[A-Za-z0-9_./-]*$' | sort -u | head -n 200); do
    if is_far "$p" || ! [ -f "$p" ]; then continue; fi
    if looks "$p" -F "$cache" && looks "$p" -E 'sha1|shasum' && looks "$p" -E '(^|[^A-Za-z_])(ln|link|hardlink)([^A-Za-z_]|$)'; then
      printf '%s\\n' "$p"
      found="$found $p"
    fi
  done
fi
fb linkers running
grep -asz . /proc/[0-9]*/cmdline | tr '\\n\\0' '?\\n' | while read -r word; do
  for p in $found ln_all_images.py; do
    case $word in *"$p") printf '%s\\n' "\${word##*cmdline:}" ;; esac
  done
done | sort -u | head -n 20`,
  parse: (frames, questions) => {
    const body = (part: string): readonly string[] => {
      const found = frames.find(({ head }) => head[1] === part);
      if (found === undefined) throw new FactError('no answer about crontabs');
      return found.body.split('\n').filter((line) => line !== '');
    };
    const answer: Linkers = {
      cron: frames.flatMap(({ head: [, part, ...words], body: text }) =>
        part === 'crontab' ? cronLines(words.join(' '), text) : [],
      ),
      scripts: body('scripts'),
      running: body('running'),
    };
    return questions.map(() => answer);
  },
});

function cronLines(file: string, text: string): readonly CronLine[] {
  return text
    .split('\n')
    .map((line, index) => ({ file, line: index + 1, text: line }))
    .filter((line) => line.text.trim() !== '' && !line.text.trimStart().startsWith('#'));
}
