/** The container that nova-compute runs in. */
import { isBelow } from '../core/path.ts';
import { KOLLA_NOVA_FOLDER } from '../core/host-paths.ts';
import type { Frame } from '../shell/frame.ts';
import { parseMountLine } from '../formats/mountinfo.ts';
import type { Propagation } from '../formats/mountinfo.ts';
import { NOVA_OPTIONS_FILTER, parseConfigFiles } from './nova.ts';
import type { ConfigFile } from '../formats/oslo-config.ts';
import functions from './nova-container.sh';
import { quoteAll } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** A folder of the host that a container sees. */
export interface Bind {
  /** Its path in the container. */
  readonly path: string;
  /** Its path on the host. */
  readonly source: string;
  /** `private`: the container does not see what the host mounts below it later. */
  readonly propagation: Propagation;
}

/** A nova-compute in a container, as kolla sets it up. */
export interface NovaContainer {
  readonly running: boolean;
  /** The program that manages containers; null where the host has neither. */
  readonly runtime: 'docker' | 'podman' | null;
  /** The systemd unit that kolla made for it; null where there is none. */
  readonly unit: string | null;
  readonly binds: readonly Bind[];
  /** Nova's configuration as kolla hands it to the container. */
  readonly files: readonly ConfigFile[];
}

export const KOLLA_UNIT = 'kolla-nova_compute-container.service';
export const KOLLA_CONTAINER = 'nova_compute';

/** A mount table with more bytes is not a compute node's. */
const MAX_BYTES = 200_000;

/**
 * Null where nova-compute is in no container. A running one is found by its process, whose root folder is not the host's;
 * its mount table says what it sees. docker or podman describe a stopped one. Only state and mounts of this description
 * leave the host, because the environment of a container may hold passwords.
 */
export const novaContainer = defineFact<Readonly<Record<string, never>>, NovaContainer | null>({
  name: 'nova-container',
  once: true,
  script: () => `${functions}
describe_container ${quoteAll([`${MAX_BYTES}`, KOLLA_UNIT, KOLLA_CONTAINER, KOLLA_NOVA_FOLDER, NOVA_OPTIONS_FILTER])}`,
  parse: (frames, questions) => {
    const answer = parseContainer(frames);
    return questions.map(() => answer);
  },
});

function parseContainer(frames: readonly Frame[]): NovaContainer | null {
  const frame = (part: string) => frames.find(({ head }) => head[1] === part);
  const found = frame('found');
  if (found === undefined) return null;
  const runtime = found.head[2];
  const seen = frame('seen');
  const described = parseDescription(frame('described')?.body ?? '');
  return {
    running: seen !== undefined || described.running,
    runtime: runtime === 'docker' || runtime === 'podman' ? runtime : null,
    unit: /^LoadState=loaded$/m.test(found.body) ? KOLLA_UNIT : null,
    binds: seen === undefined ? described.binds : seenBinds(seen.body, frame('host')?.body ?? ''),
    files: parseConfigFiles(frame('files')?.body ?? ''),
  };
}

/** The answer of `inspect`: whether it runs, and its mounts as JSON. Any other text says nothing. */
function parseDescription(text: string): { readonly running: boolean; readonly binds: readonly Bind[] } {
  const match = /^(true|false) (\[.*\])\s*$/.exec(text);
  let mounts: unknown;
  try {
    mounts = JSON.parse(match?.[2] ?? '[]');
  } catch {
    mounts = [];
  }
  return {
    running: match?.[1] === 'true',
    binds: Array.isArray(mounts) ? mounts.flatMap(toBind) : [],
  };
}

function toBind(mount: unknown): readonly Bind[] {
  if (typeof mount !== 'object' || mount === null) return [];
  const { Source: source, Destination: path, Propagation: said } = mount as Record<string, unknown>;
  if (typeof source !== 'string' || typeof path !== 'string' || !source.startsWith('/')) return [];
  const propagation = /^r?(shared|slave)$/.exec(typeof said === 'string' ? said : '')?.[1];
  return [
    { path: path.replace(/(.)\/+$/, '$1'), source, propagation: (propagation ?? 'private') as Propagation },
  ];
}

/** Which folders of the host a process with a mount table of its own sees; its root folder is left out. */
function seenBinds(seen: string, host: string): readonly Bind[] {
  const lines = (text: string) => text.split('\n').flatMap((line) => parseMountLine(line) ?? []);
  const own = lines(host);
  return lines(seen).flatMap(({ device, root, path, propagation }) => {
    const holder = own
      .filter((line) => line.device === device && isBelow(root, line.root))
      .sort((a, b) => b.root.length - a.root.length)[0];
    if (holder === undefined || path === '/') return [];
    const rest = root.slice(holder.root === '/' ? 0 : holder.root.length);
    return [
      {
        path,
        source: `${holder.path === '/' ? '' : holder.path}${rest === '/' ? '' : rest}` || '/',
        propagation,
      },
    ];
  });
}
