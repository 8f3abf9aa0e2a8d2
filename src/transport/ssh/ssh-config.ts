/** Evaluates ssh_config for one host. */
import type { Line, Match, Section } from 'ssh-config';
import { err, ok, type Result } from '../../core/result.ts';
import type { ConfigFiles, ConfigProblem } from './config-files.ts';
import { matchesPatterns } from './patterns.ts';

/** The host and users that ssh_config is evaluated for. */
export interface ConfigQuery {
  /** The host as it was given, before `HostName` is applied. */
  readonly host: string;
  readonly user: string | undefined;
  readonly localUser: string;
  readonly home: string;
}

/** The values for one host, with their tokens not yet replaced. A keyword that is missing was not set. */
export interface ConfigValues {
  /** The first value of each keyword. Keywords are in lower case. */
  readonly first: ReadonlyMap<string, readonly string[]>;
  /** All `IdentityFile` values, in order. */
  readonly identityFiles: readonly string[];
}

/** The keywords that fastboot uses. All others are ignored. */
const USED_KEYWORDS = new Set([
  'hostname',
  'user',
  'port',
  'identityfile',
  'identitiesonly',
  'proxyjump',
  'proxycommand',
  'userknownhostsfile',
  'hostkeyalias',
  'stricthostkeychecking',
  'connecttimeout',
  'include',
]);

const MAX_INCLUDE_DEPTH = 16;

/**
 * Follows ssh_config(5): the first value wins, all values of `IdentityFile` count, `Include` counts at its place. Nothing is ever
 * executed: a `Match exec` with a keyword that fastboot uses is a problem.
 */
export function readConfigValues(
  file: string,
  query: ConfigQuery,
  files: ConfigFiles,
): Result<ConfigValues, ConfigProblem> {
  const first = new Map<string, readonly string[]>();
  const identityFiles: string[] = [];
  const pass = { isFinal: false, wantsFinal: false };

  const set = (keyword: string, values: readonly string[]): void => {
    if (keyword === 'identityfile') {
      identityFiles.push(...values.filter((value) => !identityFiles.includes(value)));
    } else if (!first.has(keyword) && !(keyword === 'proxycommand' && first.has('proxyjump'))) {
      first.set(keyword, values);
    }
  };
  const facts = (): MatchFacts => {
    const hostName = first.get('hostname')?.[0]?.replaceAll('%h', query.host) ?? query.host;
    const user = query.user ?? first.get('user')?.[0] ?? query.localUser;
    return {
      originalHost: query.host,
      host: hostName,
      user,
      localUser: query.localUser,
      isFinal: pass.isFinal,
    };
  };
  const walkFile = (path: string, depth: number): ConfigProblem | undefined => {
    if (depth > MAX_INCLUDE_DEPTH) {
      return {
        reason: `${path}: too many levels of Include`,
        hint: 'Look for files that include each other.',
      };
    }
    const lines = files.read(path);
    return lines.ok ? walk(lines.value ?? [], depth) : lines.error;
  };
  const walk = (lines: readonly Line[], depth: number): ConfigProblem | undefined => {
    for (const line of lines) {
      const problem = 'param' in line ? apply(line, depth) : undefined;
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  const apply = (line: Extract<Line, { param: string }>, depth: number): ConfigProblem | undefined => {
    const keyword = line.param.toLowerCase();
    const values = valuesOf(line.value);
    if ('criteria' in line) {
      pass.wantsFinal ||= Object.keys(line.criteria).some((name) => name.toLowerCase() === 'final');
      const decision = evaluateMatch(line, facts());
      if (decision === 'unknown' && usesKeyword(line)) return undecidable(values);
      return decision === 'yes' ? walk(line.config, depth) : undefined;
    }
    if (keyword === 'host') {
      const host = pass.isFinal ? facts().host : query.host;
      return matchesPatterns(values, host) && 'config' in line ? walk(line.config, depth) : undefined;
    }
    if (keyword === 'include') {
      for (const path of values.flatMap((value) => files.included(value, query.home))) {
        const problem = walkFile(path, depth + 1);
        if (problem !== undefined) return problem;
      }
    } else if (USED_KEYWORDS.has(keyword)) {
      set(keyword, values);
    }
    return undefined;
  };

  const problem = walkFile(file, 0);
  if (problem !== undefined) return err(problem);
  if (pass.wantsFinal) {
    pass.isFinal = true;
    const late = walkFile(file, 0);
    if (late !== undefined) return err(late);
  }
  return ok({ first, identityFiles });
}

function valuesOf(value: string | readonly { readonly val: string }[]): readonly string[] {
  return typeof value === 'string' ? [value] : value.map(({ val }) => val);
}

interface MatchFacts {
  readonly originalHost: string;
  readonly host: string;
  readonly user: string;
  readonly localUser: string;
  readonly isFinal: boolean;
}

/** All criteria must match. One that cannot be evaluated makes the answer unknown, unless another one does not match. */
function evaluateMatch(match: Match, facts: MatchFacts): 'yes' | 'no' | 'unknown' {
  let answer: 'yes' | 'unknown' = 'yes';
  for (const [name, value] of Object.entries(match.criteria)) {
    const holds = evaluateCriterion(name.replace(/^!/, '').toLowerCase(), valuesOf(value), facts);
    if (holds === undefined) answer = 'unknown';
    else if (holds === name.startsWith('!')) return 'no';
  }
  return answer;
}

function evaluateCriterion(name: string, value: readonly string[], facts: MatchFacts): boolean | undefined {
  const patterns = value.flatMap((item) => item.split(','));
  switch (name) {
    case 'all':
      return true;
    case 'canonical':
      return false;
    case 'final':
      return facts.isFinal;
    case 'host':
      return matchesPatterns(patterns, facts.host);
    case 'originalhost':
      return matchesPatterns(patterns, facts.originalHost);
    case 'user':
      return matchesPatterns(patterns, facts.user);
    case 'localuser':
      return matchesPatterns(patterns, facts.localUser);
    default:
      return undefined;
  }
}

function usesKeyword(section: Section): boolean {
  return section.config.some((line) => 'param' in line && USED_KEYWORDS.has(line.param.toLowerCase()));
}

function undecidable(criteria: readonly string[]): ConfigProblem {
  return {
    reason: `ssh_config has "Match ${criteria.join(' ')}" for this host, which fastboot does not evaluate`,
    hint: 'Give address, user and key in the inventory, and another file with --ssh-config FILE.',
  };
}
