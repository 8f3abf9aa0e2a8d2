/** The variables of a compute node. */
import type { Json, JsonObject } from '../../core/json.ts';
import { encodeOctal } from '../../formats/octal.ts';
import { mountUnit, unitWord } from '../../formats/systemd.ts';
import type { Copies } from '../decisions/bases/copies.ts';
import { comesToPool, mayBeCovered } from '../decisions/bases/existing.ts';
import type { ExistingBases } from '../decisions/bases/existing.ts';
import type { ComputeNode } from '../nodes/node.ts';
import type { PoolFacts } from '../pool-facts.ts';
import { gateMounts, otherName } from './gate.ts';

/** The variables `nova` and `gate`. Pure. */
export function computeVars(node: ComputeNode, { storage, bases }: PoolFacts, copies: Copies): JsonObject {
  const { host, service, settings, users, instances } = node;
  const base = node.baseFolder.host;
  const mount = storage.mountSpec('cache', host);
  const live = storage.liveMount('cache', node, base);
  const existing = bases.nodes.get(host.name);
  return {
    nova: {
      unit: service.kind === 'unit' ? service.unit.name : null,
      uid: users.nova?.uid ?? null,
      gid: users.nova?.gid ?? null,
      instances: instances.host,
      base,
      mount_unit: mountUnit(base),
      aliases: otherName(mount, live),
      may_cover: existing === undefined ? 'empty' : mayCover(existing),
      copies: copiesOf(node, copies),
      drop_in: settings.dropIn,
      overrides: settings.overrides,
      keeps_base_files: settings.keepsBaseFiles,
    },
    // as /proc/self/mountinfo writes them, quoted for a unit file
    gate: { base: unitWord(encodeOctal(base)), mounts: gateMounts(mount, live) },
  };
}

/** The base files that this node sends to the pool, as the task of the playbook takes them. */
function copiesOf({ host, baseFolder }: ComputeNode, { byHost }: Copies): Json {
  const { copyLimit } = host.settings.nfs;
  const share = copyLimit === null ? null : Math.max(1, Math.floor(copyLimit / byHost.size));
  return (byHost.get(host.name) ?? []).map(({ file, digest, reason }) => {
    const { name, size, mtime, inode } = file;
    return { path: `${baseFolder.host}/${name}`, size, mtime, inode, sha256: digest, reason, limit: share };
  });
}

/** What the pool may be mounted over: an empty folder, or exactly the files that were proved to be unnecessary. */
function mayCover(existing: ExistingBases): Json {
  if (existing.files.length === 0 || !mayBeCovered(existing)) return 'empty';
  const assessed = new Map(existing.files.map((each) => [each.file.name, each]));
  return existing.node.base.files.map(({ name, size, mtime, inode }) => {
    const { decision, uses = [] } = assessed.get(name) ?? {};
    const same = decision?.kind === 'same' || (decision !== undefined && comesToPool(decision));
    return { name, size, mtime, inode, same, paths: [...new Set(uses.map(({ path }) => path))].sort() };
  });
}
