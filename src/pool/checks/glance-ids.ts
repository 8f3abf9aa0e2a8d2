/** Check: glance has the same ids on every host that writes images. */
import { defineCheck } from '../check-framework/define.ts';

const LEAVE = 'take this host out of the group glance';

type Ids = { readonly own: string; readonly pool: string };

export default defineCheck({
  name: 'glance-ids',
  about:
    "The user glance has the uid and gid of the pool's images. Numbers are transferred, so what glance-api writes must belong to them.",
  on: 'controller',
  findings: {
    'no-user': {
      severity: 'block',
      say: () => 'there is no user glance',
      fix: () => `install glance-api first, or ${LEAVE}`,
    },
    differ: {
      severity: 'block',
      say: ({ own, pool }: Ids) => `glance is ${own} here, and the pool's images folder belongs to ${pool}`,
      fix: () =>
        `give glance the same uid and gid on all of these hosts and on the backend (usermod -u, groupmod -g, then chown its files while glance-api is stopped), or ${LEAVE}`,
    },
  },
  judge: ({ node: { user }, pool }, report) => {
    const { images } = pool.nodes.backend;
    if (user === null) return [report('no-user')];
    if (images.kind !== 'folder' || (user.uid === images.uid && user.gid === images.gid)) return [];
    return [report('differ', { own: `${user.uid}:${user.gid}`, pool: `${images.uid}:${images.gid}` })];
  },
});
