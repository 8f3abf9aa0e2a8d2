/** The ways to log in to an SSH server, and their order. */
import type { AnyAuthMethod, AuthHandlerMiddleware, ParsedKey } from 'ssh2';
import type { Credentials } from '../transport.ts';
import type { Endpoint } from './endpoint.ts';
import { fingerprint } from './host-keys.ts';
import { type Identities, type KeyFile, SingleKeyAgent } from './identities.ts';

/** One way to log in. */
export interface Attempt {
  /** The key, or `password`; for messages. */
  readonly label: string;
  readonly method: AnyAuthMethod;
}

/** The ways to log in, in order, and notes on keys that cannot be used. */
export interface AuthPlan {
  readonly attempts: readonly Attempt[];
  readonly notes: readonly string[];
}

/** sshd closes the connection at the sixth failure (MaxAuthTries 6). The password needs two of the tries. */
const MAX_KEYS = 6;
const MAX_KEYS_BEFORE_PASSWORD = 4;

/**
 * Plans the login: first the keys that are named for the host, then the agent's keys, the default keys, the password. A key
 * that the agent also holds is tried once. With `IdentitiesOnly` the agent is asked for named keys only.
 */
export async function planAuth(
  endpoint: Endpoint,
  identities: Identities,
  defaultFiles: readonly string[],
  credentials: Credentials,
): Promise<AuthPlan> {
  const named = await Promise.all(endpoint.identityFiles.map((file) => identities.file(file)));
  const defaults =
    named.length > 0 ? [] : await Promise.all(defaultFiles.map((file) => identities.file(file)));
  const agent = await identities.agent();
  const notes = agent?.ok === false ? [agent.error] : [];
  const held = agent?.ok === true ? agent.value : undefined;

  const attempts: Attempt[] = [];
  const seen = new Set<string>();
  const addKey = (key: ParsedKey, label: string, method: AnyAuthMethod): void => {
    const print = fingerprint(key.getPublicSSH());
    if (seen.has(print)) return;
    seen.add(print);
    attempts.push({ label: `${label} (${print})`, method });
  };
  const addAgentKey = (key: ParsedKey, label: string): void => {
    if (held === undefined) return;
    const agentForKey = new SingleKeyAgent(held.agent, key);
    addKey(key, label, { type: 'agent', username: endpoint.user, agent: agentForKey });
  };
  const addFile = (file: KeyFile, isDefault: boolean): void => {
    const inAgent = file.kind === 'public' ? held?.keys.find((key) => sameKey(key, file.key)) : undefined;
    if (file.kind === 'private') {
      const { path, key } = file;
      addKey(key, `key ${path}`, { type: 'publickey', username: endpoint.user, key });
    } else if (inAgent !== undefined) {
      addAgentKey(inAgent, `key ${file.path} by the agent`);
    } else if (!isDefault || file.kind === 'public' || !file.isMissing) {
      notes.push(`key ${file.path} not tried: ${file.why}`);
    }
  };

  for (const file of named) addFile(file, false);
  if (!endpoint.identitiesOnly) {
    for (const key of held?.keys ?? []) addAgentKey(key, `agent key ${key.comment}`.trim());
  }
  for (const file of defaults) addFile(file, true);

  const password = credentials.sshPassword;
  const limit = password === undefined ? MAX_KEYS : MAX_KEYS_BEFORE_PASSWORD;
  const left = attempts.splice(limit).length;
  if (left > 0) {
    notes.push(
      `${left} more keys not tried, because sshd would close the connection: name the right one with --private-key`,
    );
  }
  if (password !== undefined) attempts.push(...passwordAttempts(endpoint.user, password.reveal()));
  return { attempts, notes };
}

const sameKey = (a: ParsedKey, b: ParsedKey): boolean => a.getPublicSSH().equals(b.getPublicSSH());

function passwordAttempts(username: string, password: string): readonly Attempt[] {
  let asked = false;
  return [
    { label: 'password', method: { type: 'password', username, password } },
    {
      label: 'keyboard-interactive',
      method: {
        type: 'keyboard-interactive',
        username,
        /** Answers one hidden question, once. A second question asks for something else, or the answer was wrong. */
        prompt(_name, _instructions, _language, prompts, finish) {
          const isPassword = !asked && prompts.length === 1 && prompts[0]?.echo !== true;
          asked ||= isPassword;
          finish(prompts.map(() => (isPassword ? password : '')));
        },
      },
    },
  ];
}

/** One login: gives the attempts to ssh2 and remembers what was tried. */
export interface AuthProgress {
  readonly handler: AuthHandlerMiddleware;
  /** What was tried and what could not be tried; for messages. */
  tried(): readonly string[];
  /** The methods that the server accepts; empty before it has named them. */
  accepted(): readonly string[];
  isExhausted(): boolean;
}

/** Tries one attempt after the other, without methods that the server does not accept. */
export function followAuth(plan: AuthPlan): AuthProgress {
  const remaining = [...plan.attempts];
  const tried: string[] = [];
  let accepted: readonly string[] = [];
  let isExhausted = false;

  const takeNext = (): Attempt | undefined => {
    for (;;) {
      const attempt = remaining.shift();
      if (attempt === undefined || accepted.length === 0) return attempt;
      if (accepted.includes(wireName(attempt.method))) return attempt;
    }
  };
  return {
    handler(left: readonly string[] | null, _partial, next) {
      accepted = left ?? accepted;
      const attempt = takeNext();
      isExhausted = attempt === undefined;
      if (attempt !== undefined) tried.push(attempt.label);
      // `false` makes ssh2 end the login; its types do not have it
      next((attempt?.method ?? false) as AnyAuthMethod);
    },
    tried: () => [...tried, ...plan.notes],
    accepted: () => accepted,
    isExhausted: () => isExhausted,
  };
}

/** The name of the method in the protocol. A key of the agent is `publickey` too. */
const wireName = (method: AnyAuthMethod): string => (method.type === 'agent' ? 'publickey' : method.type);
