import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** Debian's Chromium, controlled over its DevTools pipe: commands and answers are JSON, each with a NUL after it. */

/** What must not happen in a page. */
export interface Trouble {
  /** Errors, warnings, and violations of the policy. */
  readonly console: readonly string[];
  /** Addresses that were requested, without that of the page. */
  readonly requests: readonly string[];
}

export interface Viewport {
  readonly width: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly print?: boolean;
}

export interface Page {
  /** Evaluates an expression in the page. Its value must be plain data. */
  evaluate<T>(expression: string): Promise<T>;
  view(viewport: Viewport): Promise<void>;
  /** Types into the element with the focus. */
  type(text: string): Promise<void>;
  press(key: string, code: number): Promise<void>;
  /** Prints to PDF and returns the number of pages. The page gets the events of printing. */
  print(): Promise<number>;
  /** A PNG of the window, or of its top part. */
  screenshot(height?: number): Promise<Buffer>;
  trouble(): Trouble;
}

export interface Browser {
  /** Opens a file in a new tab. */
  open(file: string, hash?: string): Promise<Page>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

type Send = (
  method: string,
  params?: object,
  sessionId?: string,
) => Promise<Readonly<Record<string, unknown>>>;

export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'fastboot-browser-'));
  const child = spawn(
    'chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--remote-debugging-pipe',
      '--no-first-run',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const listeners = new Set<(message: Message) => void>();
  const send = connect(child, listeners);
  return {
    open: (file, hash = '') => openPage(send, listeners, `${pathToFileURL(file).href}${hash}`),
    close: async () => {
      await Promise.race([send('Browser.close').catch(() => undefined), ended]);
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function connect(child: ChildProcess, listeners: ReadonlySet<(message: Message) => void>): Send {
  const [, , , commands, answers] = child.stdio as unknown as readonly [null, null, null, Writable, Readable];
  const waiting = new Map<number, (message: Message) => void>();
  let last = 0;
  let rest = '';
  answers.setEncoding('utf8').on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\0');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      const message = JSON.parse(text) as Message;
      if (message.id === undefined) for (const listen of listeners) listen(message);
      else waiting.get(message.id)?.(message);
    }
  });
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`chromium ended with ${String(code)}`)));
  });
  gone.catch(() => undefined);
  commands.on('error', () => undefined);
  return async (method, params = {}, sessionId) => {
    const id = (last += 1);
    const answered = new Promise<Message>((resolve) => waiting.set(id, resolve));
    commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result = {}, error } = await Promise.race([answered, gone]);
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
}

async function openPage(send: Send, listeners: Set<(message: Message) => void>, url: string): Promise<Page> {
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = (await send('Target.attachToTarget', { targetId, flatten: true })) as {
    sessionId: string;
  };
  const call = (method: string, params: object = {}) => send(method, params, sessionId);
  const consoleLines: string[] = [];
  const requests: string[] = [];
  let loaded: () => void = () => undefined;
  const load = new Promise<void>((resolve) => (loaded = resolve));
  listeners.add(({ method, params = {}, sessionId: of }) => {
    if (of !== sessionId) return;
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Network.requestWillBeSent') {
      const asked = (params['request'] as { url: string }).url;
      if (asked !== url.replace(/#.*/, '') && !asked.startsWith('data:')) requests.push(asked);
    }
    if (method === 'Runtime.exceptionThrown' || method === 'Runtime.consoleAPICalled')
      consoleLines.push(JSON.stringify(params));
    if (method === 'Log.entryAdded') consoleLines.push(JSON.stringify(params['entry']));
  });
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await call(`${domain}.enable`);
  await call('Page.navigate', { url });
  await load;
  return {
    trouble: () => ({ console: consoleLines, requests }),
    evaluate: async <T>(expression: string): Promise<T> => {
      const { result, exceptionDetails } = (await call('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      })) as { result: { value?: unknown }; exceptionDetails?: unknown };
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return result.value as T;
    },
    view: async ({ width, height = 900, scheme = 'light', print = false }) => {
      await call('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
      await call('Emulation.setEmulatedMedia', {
        media: print ? 'print' : '',
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      });
    },
    type: async (text) => {
      await call('Input.insertText', { text });
    },
    press: async (key, code) => {
      const one = { key, windowsVirtualKeyCode: code, text: key === 'Enter' ? '\r' : key };
      await call('Input.dispatchKeyEvent', { type: 'keyDown', ...one });
      await call('Input.dispatchKeyEvent', { type: 'keyUp', ...one });
    },
    print: async () => {
      const { data } = (await call('Page.printToPDF', { preferCSSPageSize: true })) as { data: string };
      return (
        Buffer.from(data, 'base64')
          .toString('latin1')
          .split(/\/Type\s*\/Page\b/).length - 1
      );
    },
    screenshot: async (height) => {
      const { cssVisualViewport } = (await call('Page.getLayoutMetrics')) as {
        cssVisualViewport: { clientWidth: number; pageY: number };
      };
      const clip = { x: 0, y: 0, width: cssVisualViewport.clientWidth, height: height ?? 0, scale: 1 };
      const { data } = (await call('Page.captureScreenshot', {
        format: 'png',
        ...(height === undefined ? {} : { clip, captureBeyondViewport: true }),
      })) as { data: string };
      return Buffer.from(data, 'base64');
    },
  };
}
