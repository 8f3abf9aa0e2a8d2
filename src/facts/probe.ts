/** Tests of an operator's own, and of TCP ports. */
import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** Whether a shell script succeeds that somebody wrote as a test. It must change nothing, and is ended after 30 s. */
export const succeeds = defineFact<{ readonly script: string }, boolean>({
  name: 'succeeds',
  script: (questions) =>
    questions.map(({ script }) => `timeout 30 sh -c ${quote(script)} >/dev/null\nfb succeeds $?`).join('\n'),
  parse: (frames, questions) => questions.map((_, index) => frames[index]?.head[1] === '0'),
});

/** Whether a TCP port takes connections within three seconds. */
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

/** A shell condition: a TCP connection can be made. It needs bash or nc: every Debian and RHEL host has one of them. */
export function portTest(host: string, number: number): string {
  const connect = `exec 3<>"/dev/tcp/$0/$1"`;
  return `if command -v bash >/dev/null; then timeout 3 bash -c ${quote(connect)} ${quote(host)} ${number} 2>/dev/null; else nc -z -w 3 ${quote(host)} ${number} 2>/dev/null; fi`;
}
