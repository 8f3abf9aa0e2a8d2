import { describe, expect, test } from 'vitest';
import { findCronLinkers } from '../../../src/pool/decisions/image-linkers.ts';
import { commentOut } from '../../../src/resources/comment-out.ts';
import { content } from '../../../src/facts/content.ts';
import { path } from '../../../src/facts/path.ts';
import { createState } from '../../../src/facts/state.ts';
import { CACHE, answer } from '../fixture.ts';

const SEED = '* * * * * sleep 10; source /root/admin-openrc && /usr/bin/python /root/ln_all_images.py';
const ROOT = '/var/spool/cron/crontabs/root';

describe('cron jobs that link images', () => {
  test.each<[string, string, readonly string[], string | undefined]>([
    ["the recipe's", SEED, [], 'line 3 runs /root/ln_all_images.py'],
    [
      'from its own folder',
      '* * * * * root cd /opt && python3 ln_all_images.py',
      [],
      'runs ln_all_images.py',
    ],
    [
      'another script that links',
      '* * * * * root /opt/pool.sh >/dev/null',
      ['/opt/pool.sh'],
      'runs /opt/pool.sh',
    ],
    ['a loop without a script', `* * * * * root for i in *; do ln $i ${CACHE}/$(x); done`, [], 'runs ln'],
    ['a backup of the cache', `* * * * * root tar c ${CACHE} | ssh b tee vault`, [], undefined],
    ['another job', '17 * * * * root cd / && run-parts --report /etc/cron.hourly', [], undefined],
    ['a name that only begins alike', '* * * * * root /opt/pool.sh.old', ['/opt/pool.sh'], undefined],
  ])('%s', (_, text, scripts, expected) => {
    const found = findCronLinkers({ cron: [{ file: ROOT, line: 3, text }], scripts, running: [] }, CACHE);
    expect(found.length).toBe(expected === undefined ? 0 : 1);
    if (expected !== undefined) expect(found[0]?.reason).toContain(expected);
  });

  test('are commented out, and their text is in no plan', () => {
    const secret = `* * * * * OS_PASSWORD=hunter2 python /root/ln_all_images.py`;
    const text = `MAILTO=ops\n${SEED}\n5 4 * * * backup\n${secret}\n${secret}`;
    const cron = text.split('\n').map((line, index) => ({ file: ROOT, line: index + 1, text: line }));
    const [found] = findCronLinkers({ cron, scripts: [], running: [] }, CACHE);
    expect(found?.reason).toBe(
      'lines 2, 4, 5 run /root/ln_all_images.py, which links images by other rules than link-sync',
    );
    const params = {
      remark: 'taken out',
      path: ROOT,
      lines: found?.lines ?? [],
      reason: found?.reason ?? '',
    };
    const file = {
      kind: 'file' as const,
      ...{ mode: '0600', uid: 0, gid: 104, owner: 'root', group: 'crontab', size: 1 },
    };
    const state = createState(new Map()).with([
      answer(path({ path: ROOT }), file),
      answer(content({ path: ROOT }), text),
    ]);
    const [drift, ...more] = commentOut.diff(params, state);
    expect(more).toEqual([]);
    if (drift === undefined) throw new Error('nothing to do');
    const { predicted, ...shown } = drift;
    expect(JSON.stringify([shown, commentOut.script(params, drift)])).not.toContain('hunter2');
    const after = state.with(predicted);
    expect(after.read(content({ path: ROOT }))).toBe(
      `MAILTO=ops\n# taken out\n# ${SEED}\n5 4 * * * backup\n# taken out\n# ${secret}\n# taken out\n# ${secret}`,
    );
    expect(commentOut.diff(params, after)).toEqual([]);
  });
});
