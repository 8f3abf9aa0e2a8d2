/** Resource type `cron`: a cron job. */
import { CRON_FOLDER } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { file } from './file.ts';
import type { FileParams } from './file.ts';
import { defineResource } from './resource.ts';

export type CronParams = JsonObject & {
  readonly name: string;
  readonly schedule: string;
  readonly job: string;
  readonly user?: string | number;
};

export const cron = defineResource<CronParams>({
  type: 'cron',
  schema: {
    type: 'object',
    description: 'A cron job, as the file /etc/cron.d/NAME',
    required: ['name', 'schedule', 'job'],
    additionalProperties: false,
    properties: {
      name: {
        type: 'string',
        pattern: '^[A-Za-z0-9_-]+$',
        description: 'The name of the file. cron ignores files with a dot in their names',
      },
      schedule: {
        type: 'string',
        pattern: '^(@[a-z]+|[^\\s@]+([ \\t]+[^\\s]+){4})$',
        description: 'Five fields, or @reboot, @daily, …',
      },
      job: {
        $ref: '#/$defs/line',
        description: 'The command. For cron a % ends the line, unless a backslash is before it',
      },
      user: { $ref: '#/$defs/account', default: 'root' },
    },
  },
  label: (params) => params.name,
  queries: (params) => file.queries(cronFile(params)),
  diff: (params, state) => file.diff(cronFile(params), state),
  script: (params, change) => file.script(cronFile(params), change),
});

function cronFile({ name, schedule, job, user = 'root' }: CronParams): FileParams {
  const content = `# Managed by fastboot\n${schedule} ${user} ${job}\n`;
  return { path: `${CRON_FOLDER}/${name}`, content, owner: 'root', group: 'root', mode: '0644' };
}

export default cron;
