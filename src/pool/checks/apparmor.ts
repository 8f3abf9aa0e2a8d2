/** Check: AppArmor lets VMs read their base files. */
import { NOVA_INSTANCES_FOLDER } from '../../core/host-paths.ts';
import { accessControl } from '../../facts/security.ts';
import { defineCheck } from '../check-framework/define.ts';

type Folder = { readonly folder: string };

export default defineCheck({
  name: 'apparmor',
  about: "Debian's AppArmor profile of libvirt lets VMs read base files. It knows the default folder only.",
  on: 'compute',
  queries: () => ({ access: accessControl({}) }),
  findings: {
    'unknown-folder': {
      severity: 'warning',
      say: ({ folder }: Folder) => `AppArmor is active, and its profile of libvirt does not know ${folder}`,
      fix: ({ folder }: Folder) =>
        `allow ${folder}/_base/* r in /etc/apparmor.d/local/usr.lib.libvirt.virt-aa-helper`,
    },
  },
  judge: ({ node: { instances }, answers: { access } }, report) =>
    access.apparmor && instances.host !== NOVA_INSTANCES_FOLDER
      ? [report('unknown-folder', { folder: instances.host })]
      : [],
});
