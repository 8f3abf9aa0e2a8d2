import { quote } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import functions from './image-linkers.sh';
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

/**
 * Crontabs of the system and of all users, which of the scripts that they name speak of the cache folder, of links and of
 * SHA-1, and which of these run now. Crontabs may hold secrets: lines are for deciding, never to be shown.
 */
export const linkers = defineFact<{ readonly cache: string }, Linkers>({
  name: 'linkers',
  script: ([question]) => `${functions}\nfind_linkers ${quote(question?.cache ?? '')}`,
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
