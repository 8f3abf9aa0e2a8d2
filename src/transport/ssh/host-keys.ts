/** The host keys of a run: checks them and records new ones. */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectFailure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { codeOf, messageOf } from './errors.ts';
import {
  formatKnownHost,
  judgeHostKey,
  type KnownHost,
  knownKeyTypes,
  type LookupNames,
  parseKnownHosts,
  type Verdict,
} from './known-hosts.ts';

/** How a server is looked up in the known_hosts files. */
export interface HostIdentity {
  /** For messages. */
  readonly address: string;
  readonly names: LookupNames;
  readonly files: readonly string[];
  readonly acceptNew: boolean;
}

/** Each known_hosts file is read once. New keys are added one after the other. */
export interface HostKeys {
  /** The types of the recorded keys of a server, or why the files cannot be read. */
  preferredTypes(identity: HostIdentity): Promise<Result<readonly string[], string>>;
  /** Undefined if the server may be trusted. Records a new key where the identity allows it. */
  check(identity: HostIdentity, key: Buffer): Promise<ConnectFailure | undefined>;
}

/** The form of ssh-keygen: `SHA256:` and the digest without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

export function createHostKeys(): HostKeys {
  const files = new Map<string, Promise<Result<KnownHost[], string>>>();
  let lastWrite: Promise<unknown> = Promise.resolve();

  const load = (file: string): Promise<Result<KnownHost[], string>> => {
    const loaded = files.get(file) ?? readRecords(file);
    files.set(file, loaded);
    return loaded;
  };
  const loadAll = async (identity: HostIdentity): Promise<Result<KnownHost[], string>> => {
    const all: KnownHost[] = [];
    for (const result of await Promise.all(identity.files.map(load))) {
      if (!result.ok) return result;
      all.push(...result.value);
    }
    return ok(all);
  };
  const judge = async (identity: HostIdentity, key: Buffer): Promise<Result<Verdict, string>> => {
    const records = await loadAll(identity);
    return records.ok ? ok(judgeHostKey(records.value, identity.names, key)) : records;
  };
  /** Runs after all earlier writes and checks again: an earlier write may have recorded the same host. */
  const record = async (identity: HostIdentity, key: Buffer): Promise<ConnectFailure | undefined> => {
    const verdict = await judge(identity, key);
    if (!verdict.ok || verdict.value.kind !== 'unknown') return describe(identity, key, verdict);
    const file = identity.files[0];
    if (file === undefined) return describe(identity, key, verdict);
    const written = await appendRecord(file, formatKnownHost(identity.names.name, key));
    if (!written.ok) return notRecorded(identity, key, written.error);
    const entries = await load(file);
    if (entries.ok) entries.value.push(...parseKnownHosts(formatKnownHost(identity.names.name, key), file));
    return undefined;
  };

  return {
    async preferredTypes(identity) {
      const records = await loadAll(identity);
      return records.ok ? ok(knownKeyTypes(records.value, identity.names)) : records;
    },
    async check(identity, key) {
      const verdict = await judge(identity, key);
      if (!identity.acceptNew || !verdict.ok || verdict.value.kind !== 'unknown')
        return describe(identity, key, verdict);
      const writing = lastWrite.then(() => record(identity, key));
      lastWrite = writing.catch(() => undefined);
      return writing;
    },
  };
}

/** A missing file has no keys. A file that cannot be read may hold revocations, so that is an error. */
async function readRecords(file: string): Promise<Result<KnownHost[], string>> {
  try {
    return ok([...parseKnownHosts(await readFile(file, 'utf8'), file)]);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ok([]);
    return err(`cannot read the known host keys: ${messageOf(error)}`);
  }
}

async function appendRecord(file: string, line: string): Promise<Result<undefined, string>> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, ((await endsInLine(file)) ? '' : '\n') + line, { mode: 0o600 });
    return ok(undefined);
  } catch (error) {
    return err(messageOf(error));
  }
}

/** Whether text can be appended as a new line: the file is missing, empty, or ends with a line break. */
async function endsInLine(file: string): Promise<boolean> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0) return true;
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a;
  } finally {
    await handle.close();
  }
}

function describe(
  identity: HostIdentity,
  key: Buffer,
  verdict: Result<Verdict, string>,
): ConnectFailure | undefined {
  if (!verdict.ok) return { kind: 'unreachable', address: identity.address, reason: verdict.error };
  const failure = { kind: 'host-key', address: identity.address, fingerprint: fingerprint(key) } as const;
  const { name } = identity.names;

  switch (verdict.value.kind) {
    case 'known':
      return undefined;
    case 'unknown':
      return {
        ...failure,
        verdict: 'unknown',
        ...(identity.files[0] === undefined ? {} : { file: identity.files[0] }),
        hint: `No key is recorded for ${name} in ${identity.files.join(', ')}.`,
      };
    case 'changed':
      return {
        ...failure,
        ...fileAndLine(verdict.value.place),
        verdict: 'changed',
        hint: '',
      };
    case 'revoked':
      return {
        ...failure,
        ...fileAndLine(verdict.value.place),
        verdict: 'revoked',
        hint: '',
      };
    case 'unsupported':
      return {
        ...failure,
        verdict: 'unsupported',
        hint: `${verdict.value.place} has only a certificate authority (@cert-authority) for ${name}.`,
      };
  }
}

function fileAndLine(place: string): { readonly file: string; readonly line: number } {
  const colon = place.lastIndexOf(':');
  return { file: place.slice(0, colon), line: Number(place.slice(colon + 1)) };
}

function notRecorded(identity: HostIdentity, key: Buffer, reason: string): ConnectFailure {
  return {
    kind: 'host-key',
    address: identity.address,
    verdict: 'unknown',
    fingerprint: fingerprint(key),
    hint: `The new key could not be recorded, so it was not accepted: ${reason}`,
  };
}
