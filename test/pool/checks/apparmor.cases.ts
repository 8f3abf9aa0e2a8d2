import { accessControl } from '../../../src/facts/security.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { answer } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const active = { c1: [answer(accessControl({}), { selinux: 'off' as const, apparmor: true })] };
const moved = { ...defaultSettings.nova, instances: '/srv/instances' };

export default [
  { name: 'the default folder', facts: active, findings: noFindings },
  { name: 'another folder without AppArmor', settings: { nova: moved }, findings: noFindings },
  {
    name: 'another folder',
    settings: { nova: moved },
    facts: active,
    findings: [
      {
        host: 'c1',
        code: 'unknown-folder',
        fields: { folder: '/srv/instances' },
        finding: 'AppArmor is active, and its profile of libvirt does not know /srv/instances',
      },
    ],
  },
] satisfies readonly CheckCase[];
