/** How `fastboot remove` decides: which compute nodes may leave the pool, and what they need when they leave. */
import type { Query } from '../../facts/fact.ts';
import { mountUsers } from '../../facts/mount-users.ts';
import { folderLocation } from '../../facts/folder-location.ts';
import { blockedHosts, runChecks, sortByHost } from '../check-framework/run.ts';
import type { PoolInput, PoolView } from '../derivation.ts';
import type { Backend, ComputeNode } from '../nodes/node.ts';
import { readNodes } from '../nodes/nodes.ts';
import { storage } from '../storage/index.ts';
import type { StorageView } from '../storage/storage.ts';
import type { DepartingNode } from './departing-node.ts';
import { readNeeds } from '../decisions/bases/needed.ts';
import { backupQueries, departingVars } from './vars.ts';

/** Each node is judged by itself: what the pool needs of its other nodes does not matter to one that leaves. Pure. */
export function deriveRemoval(input: PoolInput): PoolView {
  const { inventory } = input;
  const nodes = { ...readNodes(input), controllers: [] };
  const view = storage.read(nodes, inventory);
  const departing = nodes.computes.map((node) => readDepartingNode(node, nodes.backend, view));
  const findings = sortByHost(runChecks('departing', departing), inventory);
  const blocked = blockedHosts(findings);
  const clients = departing.flatMap(({ node: { host }, address }) =>
    address === null || blocked.has(host.name) ? [] : [{ host: host.name, address }],
  );
  const { source } = view.mountSpec('cache', nodes.backend.host);
  const backendVars = { pool: { source }, removal: { clients } };
  const byName = new Map(departing.map((each) => [each.node.host.name, each]));
  const questions = departing.flatMap(questionsOf);
  return {
    findings,
    vars: (name) => {
      const node = byName.get(name);
      return node === undefined ? backendVars : departingVars(node);
    },
    questions: (name) => questions.filter(({ host }) => host === name).map(({ query }) => query),
  };
}

function readDepartingNode(node: ComputeNode, backend: Backend, view: StorageView): DepartingNode {
  const later = laterQueries(node);
  return {
    node,
    storage: view,
    mount: view.mountSpec('cache', node.host),
    needs: node.base.kind === 'mounted' ? readNeeds(node, backend) : undefined,
    live: view.liveMount('cache', node, node.baseFolder.host),
    users: node.answer(later.users),
    place: node.answer(later.place),
    address: view.soleAddress(node.host.name),
  };
}

function laterQueries({ baseFolder, instances }: ComputeNode) {
  return {
    users: mountUsers({ path: baseFolder.host }),
    place: folderLocation({ path: instances.host }),
  };
}

function questionsOf({
  node,
  needs,
}: DepartingNode): readonly { readonly host: string; readonly query: Query }[] {
  const own = [...Object.values(laterQueries(node)), ...backupQueries(node)];
  return [...own.map((query) => ({ host: node.host.name, query })), ...(needs?.questions ?? [])];
}
