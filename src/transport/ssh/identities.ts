/** The private keys of a run: key files and the agent. */
import { access, readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import { err, ok, type Result } from '../../core/result.ts';
import { codeOf, messageOf } from './errors.ts';

/** What a key file holds: a private key, only the public half (the agent may hold the other), or nothing usable. */
export type KeyFile =
  | { readonly kind: 'private'; readonly path: string; readonly key: ParsedKey }
  | { readonly kind: 'public'; readonly path: string; readonly key: ParsedKey; readonly why: string }
  | { readonly kind: 'unusable'; readonly path: string; readonly why: string; readonly isMissing: boolean };

/** Files and the agent's list are read once for all hosts. */
export interface Identities {
  file(path: string): Promise<KeyFile>;
  /** The agent and its keys; undefined where there is no agent. */
  agent(): Promise<
    Result<{ readonly agent: BaseAgent; readonly keys: readonly ParsedKey[] }, string> | undefined
  >;
}

export function createIdentities(agentSocket: string | undefined): Identities {
  const files = new Map<string, Promise<KeyFile>>();
  let listed: ReturnType<Identities['agent']> | undefined;
  return {
    file(path) {
      const known = files.get(path) ?? readKeyFile(path);
      files.set(path, known);
      return known;
    },
    agent: () => (listed ??= agentSocket === undefined ? Promise.resolve(undefined) : askAgent(agentSocket)),
  };
}

/** An agent that does not answer, such as a forwarded one whose connection is dead, must not delay all logins. */
const AGENT_TIMEOUT_MS = 3000;

function askAgent(socket: string): ReturnType<Identities['agent']> {
  const agent = new ssh2.OpenSSHAgent(socket);
  return new Promise((resolve) => {
    const refuse = (reason: string): void => resolve(err(`agent at ${socket}: ${reason}`));
    const timer = setTimeout(() => refuse('does not answer'), AGENT_TIMEOUT_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error !== undefined && error !== null) refuse(error.message);
      else resolve(ok({ agent, keys: (keys ?? []).flatMap((key) => ('pubKey' in key ? [] : [key])) }));
    });
  });
}

async function readKeyFile(path: string): Promise<KeyFile> {
  let text: Buffer;
  try {
    text = await readFile(path);
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT';
    return { kind: 'unusable', path, isMissing, why: isMissing ? 'no such file' : messageOf(error) };
  }
  const parsed: ParsedKey | Error | undefined = [ssh2.utils.parseKey(text)].flat()[0];
  const certificate = (await exists(`${path}-cert.pub`)) ? '; its certificate is not supported' : '';
  if (parsed !== undefined && !(parsed instanceof Error)) {
    if (parsed.isPrivateKey()) return { kind: 'private', path, key: parsed };
    return {
      kind: 'public',
      path,
      key: parsed,
      why: 'a public key, and the agent does not hold the private one',
    };
  }
  const detail = parsed?.message ?? 'not a key';
  const why =
    (/encrypted/i.test(detail) ? 'encrypted: load it into the agent with ssh-add' : detail) + certificate;
  const key = await readPublicHalf(`${path}.pub`);
  return key === undefined
    ? { kind: 'unusable', path, why, isMissing: false }
    : { kind: 'public', path, key, why };
}

async function readPublicHalf(path: string): Promise<ParsedKey | undefined> {
  const text = await readFile(path).catch(() => undefined);
  const parsed = text === undefined ? undefined : ssh2.utils.parseKey(text);
  return parsed instanceof Error ? undefined : parsed;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Presents one key of an agent, so that keys are tried one by one and in a chosen order. */
export class SingleKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #key: ParsedKey;

  constructor(agent: BaseAgent, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(null, [this.#key]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, callback);
  }
}
