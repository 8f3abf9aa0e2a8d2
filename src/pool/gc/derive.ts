import type { JsonObject } from '../../core/json.ts';
import { gib, listSome } from '../../core/wording.ts';
import type { BaseFile } from '../../facts/base-files.ts';
import { mountUsers } from '../../facts/mount-users.ts';
import type { MountUsers } from '../../facts/mount-users.ts';
import type { Finding } from '../../core/finding.ts';
import { reporters } from '../checks/check.ts';
import { readHosts } from '../nodes/nodes.ts';
import type { Backend, ComputeNode } from '../nodes/nodes.ts';
import { readNeeds } from '../remove/needs.ts';
import type { Needs } from '../remove/needs.ts';
import { exportAddresses, sortByHost } from '../apply/derive.ts';
import type { PoolInput, PoolView } from '../derivation.ts';
import { basePath, readTakeover } from '../storage/nfs-takeover.ts';

/** A file that lies in a node's own `_base`, beneath the pool's mount. */
export interface LocalFile {
  readonly file: BaseFile;
  /** Why it stays; null where it is proved that nobody needs it. */
  readonly kept: string | null;
  /** Whether disks lead to its name, and so to the same bytes in the pool. */
  readonly shown: boolean;
}

/** What is known of a node whose local files are to be freed. */
interface Node {
  readonly node: ComputeNode;
  readonly at: string;
  readonly needs: Needs;
  readonly users: MountUsers | undefined;
}

/**
 * Pure: from the facts of all hosts to the files beneath the pool's mounts that nobody needs any more, as the variables of
 * `playbooks/gc-local.yaml`, and what stays, as findings. Throws where the backend was not read.
 */
export function deriveCleanup(input: PoolInput): PoolView {
  const { inventory } = input;
  const { backend, computes } = readHosts(input);
  const { live } = readTakeover({
    backend,
    computes,
    controllers: [],
    settings: inventory.settings,
    glance: inventory.glance.map(({ name }) => name),
    addresses: exportAddresses(backend, computes),
    unread: input.unread,
  });
  const nodes = computes
    .filter(({ host, base }) => live.has(host.name) && base.kind === 'mounted')
    .map((node) => readNode(node, backend));
  const checks = sortByHost(nodes.flatMap(localFindings), inventory);
  const free = new Map(
    nodes.map((own) => [own.node.host.name, localFiles(own).filter(({ kept }) => kept === null)]),
  );
  const questions = nodes.flatMap(({ node, needs }) => [
    { host: node.host.name, query: usersQuery(node) },
    ...needs.questions,
  ]);
  return {
    findings: checks,
    vars: (name) =>
      localVars(
        computes.find(({ host }) => host.name === name),
        free.get(name) ?? [],
      ),
    questions: (name) => questions.filter(({ host }) => host === name).map(({ query }) => query),
  };
}

const usersQuery = (node: ComputeNode) => mountUsers({ path: basePath(node) });

function readNode(node: ComputeNode, backend: Backend): Node {
  return {
    node,
    at: basePath(node),
    needs: readNeeds(node, backend),
    users: node.answer(usersQuery(node)),
  };
}

function localVars(node: ComputeNode | undefined, free: readonly LocalFile[]): JsonObject {
  if (node === undefined) return {};
  return {
    nova: { base: basePath(node), instances: node.host.settings.nova.instances },
    local: {
      free: free.map(({ file: { name, size, mtime, inode }, shown }) => ({
        name,
        size,
        mtime,
        inode,
        shown,
      })),
    },
  };
}

/** Judges every file beneath the mount; what is not proved stays. */
export function localFiles({ node, at, needs, users }: Node): readonly LocalFile[] {
  const needed = new Map(needs.bases.map((each) => [each.name, each]));
  const unclear = needs.bases.find(({ decision: verdict }) => verdict.kind === 'conflict');
  return node.base.files.map((file): LocalFile => {
    const base = needed.get(file.name);
    const shown = base !== undefined;
    const stays = (kept: string): LocalFile => ({ file, kept, shown });
    if (file.directory) return stays('it is a folder');
    if (/\n/.test(file.name)) return stays('its name holds a newline');
    const holder = users?.users.find(
      ({ where, path }) =>
        where !== 'mounted' && (path === at || path === `${at}/` || path.startsWith(`${at}/${file.name}`)),
    );
    if (holder !== undefined) return stays(`${holder.command} (pid ${holder.pid}) has it open, or may have`);
    if (base === undefined)
      return unclear === undefined
        ? { file, kept: null, shown }
        : stays(`${unclear.name}, which a VM needs, could not be judged, and may lead here`);
    switch (base.decision.kind) {
      case 'there':
        return { file, kept: null, shown };
      case 'conflict':
        return stays(base.decision.reason);
      case 'returns':
        return stays('disks lead to it, and the pool does not have it');
      case 'pending':
      case 'copy':
      case 'lost':
        return stays('it has not been compared with the pool yet');
    }
  });
}

const MOST = 20;

function localFindings(own: Node): readonly Finding[] {
  const { node, at, needs, users } = own;
  const report = reporters(node.host.name);
  const way = 'nothing was touched there; see what keeps it from being read, then run again';
  const { unreadable: blind } = needs.usage;
  const obstacles = [
    ...(blind.length === 0 ? [] : [`not all disks could be followed: ${blind.slice(0, MOST).join('; ')}`]),
    ...(node.base.complete ? [] : [`what lies in ${at} beneath the pool could not be listed`]),
    ...(users?.complete === false ? ['not all open files could be listed'] : []),
    ...(node.mounts.filter(({ path }) => path === at).length > 1
      ? [`beneath the pool there is another mount at ${at}`]
      : []),
  ];
  if (obstacles.length > 0)
    return obstacles.map((finding) =>
      report.block('base-files', `${finding}, so every local base file counts as needed`, way),
    );
  const kept = localFiles(own).filter(({ kept }) => kept !== null);
  if (kept.length === 0) return [];
  const reasons = kept.map(({ file, kept }) => `${file.name} (${gib(file.size)} GiB): ${kept ?? ''}`);
  return [
    report.warning(
      'base-files',
      `${kept.length} of the files in ${at} beneath the pool stay: ${listSome(reasons, MOST)}`,
      'nothing needs to be done',
    ),
  ];
}
