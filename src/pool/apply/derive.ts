/** How `fastboot apply` and `fastboot plan` decide: what every host of a pool should have. */
import type { Finding } from '../../core/finding.ts';
import { blockedHosts, runChecks, sortByHost } from '../check-framework/run.ts';
import { assessExistingBases } from '../decisions/bases/existing.ts';
import { decide } from '../decisions/pool-decisions.ts';
import type { Decisions } from '../decisions/pool-decisions.ts';
import { assessStores } from '../decisions/glance-store-files.ts';
import type { PoolInput, PoolView } from '../derivation.ts';
import { clientsOf } from '../nodes/node.ts';
import type { Node } from '../nodes/node.ts';
import { readNodes } from '../nodes/nodes.ts';
import type { PoolFacts } from '../pool-facts.ts';
import { storage } from '../storage/index.ts';
import { hostVars, poolVars } from './vars.ts';

/** From the facts of all hosts to findings and variables. Pure. Throws where the backend was not read. */
export function deriveApply(input: PoolInput): PoolView {
  const { inventory } = input;
  const nodes = readNodes(input);
  const bases = assessExistingBases(nodes.backend, nodes.computes);
  const { stores, questions } = assessStores(nodes.backend, nodes.controllers);
  const lost = (input.lost ?? []).filter((name) => inventory.compute.some((host) => host.name === name));
  const pool: PoolFacts = {
    inventory,
    nodes,
    storage: storage.read(nodes, inventory),
    bases,
    stores,
    lost,
    receivedAt: input.receivedAt,
  };
  const settled = decideAll(pool, checkHosts(pool));
  const { decisions } = settled;
  const outcome = runChecks('outcome', [{ pool, decisions, findings: settled.findings }]);
  const findings = [...settled.findings, ...outcome];
  const blocked = blockedHosts(settled.findings);
  const admitted = <N extends Node>(all: readonly N[]) => all.filter(({ host }) => !blocked.has(host.name));
  const vars = poolVars(pool, decisions, {
    computes: admitted(nodes.computes),
    controllers: admitted(nodes.controllers),
  });
  return {
    findings: sortByHost(findings, inventory),
    vars: (name) => hostVars(name, pool, decisions, vars),
    questions: (name) =>
      blocked.has(name) ? [] : [...(bases.questions.get(name) ?? []), ...(questions.get(name) ?? [])],
  };
}

/** The findings of all checks that look at hosts one by one. */
function checkHosts(pool: PoolFacts): readonly Finding[] {
  const { backend, computes, controllers } = pool.nodes;
  const clients = clientsOf(pool.nodes);
  const subject = <N extends Node>(node: N) => ({ node, pool });
  return [
    ...runChecks('host', [backend, ...clients].map(subject)),
    ...runChecks('backend', [subject(backend)]),
    ...runChecks('client', clients.map(subject)),
    ...runChecks('compute', computes.map(subject)),
    ...runChecks('controller', controllers.map(subject)),
  ];
}

interface Settled {
  readonly decisions: Decisions;
  readonly findings: readonly Finding[];
}

/**
 * Decides, and checks what was decided, until nothing new is found. This is a fixpoint: a name on hold can block a node,
 * and a blocked node can put more names on hold. It ends: each round either adds a finding or is the last one, and the number
 * of possible findings is finite.
 */
function decideAll(pool: PoolFacts, findings: readonly Finding[]): Settled {
  const decisions = decide(pool, findings);
  const found = runChecks('pool', [{ pool, decisions }]);
  const known = new Set(findings.map(kindOf));
  if (found.every((finding) => known.has(kindOf(finding))))
    return { decisions, findings: merge(findings, found) };
  return decideAll(pool, merge(findings, found));
}

/** The findings, with those of the last round in place of earlier ones of the same kind about the same host. */
function merge(findings: readonly Finding[], found: readonly Finding[]): readonly Finding[] {
  const replaced = new Set(found.map(kindOf));
  return [...findings.filter((finding) => !replaced.has(kindOf(finding))), ...found];
}

function kindOf({ host, check, code }: Finding): string {
  return `${host} ${check} ${code}`;
}
