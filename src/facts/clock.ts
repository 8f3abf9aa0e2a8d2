import { defineFact } from './query.ts';

/** What a host's clock says, and who keeps it. */
export interface Clock {
  /** Unix seconds at the moment when the frame `clock` was sent; null where it could not be told. */
  readonly seconds: number | null;
  /** Programs that keep clocks in step and run on this host, such as `chronyd`. */
  readonly services: readonly string[];
}

/** As the kernel shows them in /proc/PID/comm, at most 15 characters. */
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

/** The time is in the frame's head, so that the reader learns of it at once: the moment of arrival is the comparison. */
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

/** `date +%s.%N` in seconds; busybox knows no `%N`, so that on average half a second is missing. */
function clockSeconds(text: string): number | null {
  const match = /^(\d+)\.?(\d*)/.exec(text);
  if (match === null) return null;
  const [, seconds = '', fraction = ''] = match;
  return Number(seconds) + (fraction === '' ? 0.5 : Number(`0.${fraction}`));
}
