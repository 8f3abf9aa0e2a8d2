/** How `fastboot gc --local` decides: which files under the pool's mounts nobody needs any more. */
import type { JsonObject } from '../../core/json.ts';
import { mountUsers } from '../../facts/mount-users.ts';
import { runChecks, sortByHost } from '../check-framework/run.ts';
import type { PoolInput, PoolView } from '../derivation.ts';
import type { ComputeNode } from '../nodes/node.ts';
import { readNodes } from '../nodes/nodes.ts';
import { readNeeds } from '../decisions/bases/needed.ts';
import { storage } from '../storage/index.ts';
import { assessUnderlyingFiles } from './cleanup-node.ts';
import type { CleanupNode, UnderlyingFile } from './cleanup-node.ts';

/** Looks at nodes with the pool only. What stays is reported as findings. Pure. */
export function deriveCleanup(input: PoolInput): PoolView {
  const { inventory } = input;
  const nodes = { ...readNodes(input), controllers: [] };
  const view = storage.read(nodes, inventory);
  const cleanups = nodes.computes
    .filter(
      (node) =>
        node.base.kind === 'mounted' && view.liveMount('cache', node, node.baseFolder.host) !== undefined,
    )
    .map((node): CleanupNode => ({
      node,
      needs: readNeeds(node, nodes.backend),
      users: node.answer(usersQuery(node)),
    }));
  const free = new Map(
    cleanups.map((each) => [
      each.node.host.name,
      assessUnderlyingFiles(each).filter(({ kept }) => kept === null),
    ]),
  );
  const questions = cleanups.flatMap(({ node, needs }) => [
    { host: node.host.name, query: usersQuery(node) },
    ...needs.questions,
  ]);
  const byName = new Map(nodes.computes.map((node) => [node.host.name, node]));
  return {
    findings: sortByHost(runChecks('cleanup', cleanups), inventory),
    vars: (name) => cleanupVars(byName.get(name), free.get(name) ?? []),
    questions: (name) => questions.filter(({ host }) => host === name).map(({ query }) => query),
  };
}

function usersQuery({ baseFolder }: ComputeNode) {
  return mountUsers({ path: baseFolder.host });
}

/** The variables of `playbooks/gc-local.yaml`. */
function cleanupVars(node: ComputeNode | undefined, free: readonly UnderlyingFile[]): JsonObject {
  if (node === undefined) return {};
  return {
    nova: { base: node.baseFolder.host, instances: node.instances.host },
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
