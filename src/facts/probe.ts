import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** Whether a person's own test succeeds, as `sh -c`; it must change nothing, and has half a minute. */
export const succeeds = defineFact<{ readonly script: string }, boolean>({
  name: 'succeeds',
  script: (questions) =>
    questions.map(({ script }) => `timeout 30 sh -c ${quote(script)} >/dev/null\nfb succeeds $?`).join('\n'),
  parse: (frames, questions) => questions.map((_, index) => frames[index]?.head[1] === '0'),
});

/** Whether a TCP port takes connections, within three seconds. */
export const port = defineFact<{ readonly host: string; readonly port: number }, boolean>({
  name: 'port',
  script: (questions) =>
    questions
      .map(
        (question) =>
          `if ${portTest(question.host, question.port)}; then fb port open; else fb port closed; fi`,
      )
      .join('\n'),
  parse: (frames, questions) => questions.map((_, index) => frames[index]?.head[1] === 'open'),
});

/** A shell condition: a TCP connection can be made. Needs bash or nc, one of which every Debian and RHEL host has. */
export function portTest(host: string, number: number): string {
  const connect = `exec 3<>"/dev/tcp/$0/$1"`;
  return `if command -v bash >/dev/null; then timeout 3 bash -c ${quote(connect)} ${quote(host)} ${number} 2>/dev/null; else nc -z -w 3 ${quote(host)} ${number} 2>/dev/null; fi`;
}
