/** Programs beside link-sync that may link images into the cache folder. */
import { quote } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import functions from './image-linkers.sh';
import { defineFact } from './query.ts';

/** Where such programs may be. */
export interface ImageLinkers {
  /** The lines of crontabs, without comments. */
  readonly cron: readonly CronLine[];
  /** Scripts that crontabs name, and that seem to link images. */
  readonly scripts: readonly string[];
  /** Words of the command lines of running processes that name such a script, or the script of the widespread recipe. */
  readonly running: readonly string[];
}

export interface CronLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** `cache` is the cache folder. Crontabs may hold secrets: their lines are used for decisions, and never shown. */
export const imageLinkers = defineFact<{ readonly cache: string }, ImageLinkers>({
  name: 'image-linkers',
  script: ([question]) => `${functions}\nfind_linkers ${quote(question?.cache ?? '')}`,
  parse: (frames, questions) => {
    const body = (part: string): readonly string[] => {
      const found = frames.find(({ head }) => head[1] === part);
      if (found === undefined) throw new FactError('no answer about crontabs');
      return found.body.split('\n').filter((line) => line !== '');
    };
    const answer: ImageLinkers = {
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
