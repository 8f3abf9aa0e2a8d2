/** Check: each host resolves its own name and the name of the backend. */
import { isNumeric } from '../../formats/address.ts';
import { defineCheck } from '../check-framework/define.ts';
import { storageAddress } from '../nodes/node.ts';

export default defineCheck({
  name: 'names',
  about: "Each host resolves its own name, and the backend's storage address where that is a name.",
  on: 'host',
  findings: {
    'own-name': {
      severity: 'warning',
      say: ({ name }: { readonly name: string }) => `its own name ${name} does not resolve`,
      fix: ({ name }: { readonly name: string }) => `add ${name} to /etc/hosts on this host`,
    },
    'no-getent': {
      severity: 'unknown',
      say: () => 'fastboot could not check whether the host resolves its own name: getent is missing',
      fix: ({ name }: { readonly name: string }) => `check by hand that ${name} resolves, or install getent`,
    },
    'backend-name': {
      severity: 'warning',
      say: ({ name }: { readonly name: string }) => `the backend's name ${name} does not resolve here`,
      fix: ({ name }: { readonly name: string }) =>
        `add ${name} to /etc/hosts or DNS, or set the backend's storage_address to its address on the storage network`,
    },
  },
  judge: ({ node: { os, route }, pool }, report) => {
    const backend = storageAddress(pool.inventory);
    const own =
      os.resolvesOwnName === true
        ? []
        : [report(os.resolvesOwnName === null ? 'no-getent' : 'own-name', { name: os.hostname })];
    const isUnresolved = route.address === null && !isNumeric(backend);
    return [...own, ...(isUnresolved ? [report('backend-name', { name: backend })] : [])];
  },
});
