import { path } from '../../../src/facts/path.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { answer } from '../fixture.ts';
import type { CheckCase } from './case.ts';

const file = (name: string, mode: string, uid = 0) =>
  answer(path({ path: name }), { kind: 'file', mode, uid, gid: 0, owner: 'x', group: 'root', size: 1 });
const setting = (openrc: string | null) => ({ linkSync: { ...defaultSettings.linkSync, openrc } });
const [ADMIN, KEYSTONE] = ['/root/admin-openrc', '/root/keystonerc_admin'];

export default [
  {
    name: 'none',
    findings: [
      {
        host: 'nfs01',
        code: 'not-asked',
        fields: { isChosen: false },
        finding:
          'link-sync does not ask Glance. A raw image that a crash cut short looks complete, so link-sync publishes it',
      },
    ],
  },
  {
    name: 'not wanted',
    settings: setting(null),
    findings: [
      {
        host: 'nfs01',
        code: 'not-asked',
        fields: { isChosen: true },
        finding:
          'link-sync does not ask Glance. A raw image that a crash cut short looks complete, so link-sync publishes it',
      },
    ],
  },
  {
    name: 'found',
    facts: { nfs01: [file(ADMIN, '0600')] },
    findings: [
      {
        host: 'nfs01',
        code: 'asked',
        fields: { file: '/root/admin-openrc' },
        finding:
          'new images are published once Glance calls them active: link-sync asks Glance with the credentials in /root/admin-openrc',
      },
    ],
  },
  {
    name: 'the first that nobody else can read',
    facts: { nfs01: [file(ADMIN, '0644'), file(KEYSTONE, '0600')] },
    findings: [
      {
        host: 'nfs01',
        code: 'asked',
        fields: { file: '/root/keystonerc_admin' },
        finding:
          'new images are published once Glance calls them active: link-sync asks Glance with the credentials in /root/keystonerc_admin',
      },
    ],
  },
  {
    name: "somebody else's",
    facts: { nfs01: [file(ADMIN, '0600', 1000)] },
    findings: [
      {
        host: 'nfs01',
        code: 'open-file',
        fields: { file: '/root/admin-openrc', mode: '0600', uid: 1000 },
        finding:
          '/root/admin-openrc holds Glance credentials and others may read it (owner 1000, mode 0600): it is not used',
      },
      {
        host: 'nfs01',
        code: 'not-asked',
        fields: { isChosen: false },
        finding:
          'link-sync does not ask Glance. A raw image that a crash cut short looks complete, so link-sync publishes it',
      },
    ],
  },
  {
    name: 'the named one is open to all',
    settings: setting('/root/x'),
    facts: { nfs01: [file('/root/x', '0644')] },
    findings: [
      {
        host: 'nfs01',
        code: 'open-file',
        fields: { file: '/root/x', mode: '0644', uid: 0 },
        finding: '/root/x holds Glance credentials and others may read it (mode 0644): it is not used',
      },
    ],
  },
  {
    name: 'the named one is missing',
    settings: setting('/root/x'),
    facts: { nfs01: [answer(path({ path: '/root/x' }), { kind: 'absent' })] },
    findings: [
      {
        host: 'nfs01',
        code: 'missing',
        fields: { file: '/root/x' },
        finding: 'link_sync.openrc names /root/x, which is not a file here',
      },
    ],
  },
] satisfies readonly CheckCase[];
