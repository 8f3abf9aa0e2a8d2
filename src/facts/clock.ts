/** The clock of a host. */
import { defineFact } from './query.ts';

/** What a host's clock says, and which programs set it. */
export interface Clock {
  /** Seconds since 1970, at the moment when the frame `clock` was sent; null where they could not be read. */
  readonly seconds: number | null;
  /** Running programs that synchronize the clock, such as `chronyd`. */
  readonly services: readonly string[];
}

/** As /proc/PID/comm shows them, which is cut off after 15 characters. */
const SERVICES = [
  'chronyd',
  'ntpd',
  'ntpsec',
  'openntpd',
  'systemd-timesyn',
  'ptp4l',
  'phc2sys',
  'timemaster',
];

/** The time is in the head of the frame: heads are read at once, and the time is compared with the moment of its arrival. */
export const clock = defineFact<Readonly<Record<string, never>>, Clock>({
  name: 'clock',
  script: () => `fb clock "$(date +%s.%N)"
grep -hxE '${SERVICES.join('|')}' /proc/[0-9]*/comm`,
  parse: ([frame], questions) => {
    const answer: Clock = {
      seconds: clockSeconds(frame?.head[1] ?? ''),
      services: [...new Set(frame?.body.split('\n').filter((name) => name !== ''))].sort(),
    };
    return questions.map(() => answer);
  },
});

/** `date +%s.%N` in seconds. busybox has no `%N`: half a second is added, which is right on average. */
function clockSeconds(text: string): number | null {
  const match = /^(\d+)\.?(\d*)/.exec(text);
  if (match === null) return null;
  const [, seconds = '', fraction = ''] = match;
  return Number(seconds) + (fraction === '' ? 0.5 : Number(`0.${fraction}`));
}
