import { absent } from './absent.ts';
import { block } from './block.ts';
import { command } from './command.ts';
import { commentOut } from './comment-out.ts';
import { cron } from './cron.ts';
import { directory } from './directory.ts';
import { file } from './file.ts';
import { unmanagedExport } from './nfs-unmanaged-export.ts';
import { underlyingFile } from './underlying-file.ts';
import { group } from './group.ts';
import { iniOption } from './ini-option.ts';
import { kernelModule } from './kernel-module.ts';
import { line } from './line.ts';
import { link } from './link.ts';
import { mount } from './mount.ts';
import { nfsCopy } from './nfs-copy.ts';
import { nfsExport } from './nfs-export.ts';
import { nfsServerResource } from './nfs-server.ts';
import { packageResource } from './package.ts';
import type { AnyResource } from './resource.ts';
import { service } from './service.ts';
import { storeCopy } from './store-copy.ts';
import { sysctl } from './sysctl.ts';
import { user } from './user.ts';
import { waitFor } from './wait-for.ts';

const all: readonly AnyResource[] = [
  absent,
  block,
  command,
  commentOut,
  cron,
  directory,
  file,
  underlyingFile,
  unmanagedExport,
  group,
  iniOption,
  kernelModule,
  line,
  link,
  mount,
  nfsCopy,
  nfsExport,
  nfsServerResource,
  packageResource,
  service,
  storeCopy,
  sysctl,
  user,
  waitFor,
];

/** The resource types by the key of a task in a playbook; the only place where they are listed. */
export const resourceTypes: Readonly<Record<string, AnyResource>> = Object.fromEntries(
  all.map((resource) => [resource.type, resource]),
);
