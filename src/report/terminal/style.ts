/** How text looks on one stream: colours and symbols. */
import { Chalk } from 'chalk';
import type { Action } from '../../resources/resource.ts';

type Paint = (text: string) => string;

/** No meaning is shown by a colour only. */
export interface Style {
  readonly color: boolean;
  readonly unicode: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  readonly symbols: Symbols;
}

export interface Symbols {
  readonly action: Readonly<Record<Action, string>>;
  readonly ok: string;
  readonly failed: string;
  readonly warning: string;
  readonly unknown: string;
  readonly notice: string;
  readonly arrow: string;
  readonly ellipsis: string;
  /** The pictures of a spinner, in order. */
  readonly spinner: readonly string[];
}

export interface StyleOptions {
  /** `--color`. */
  readonly color: 'auto' | 'always' | 'never';
  /** The value of NO_COLOR: any text that is not empty means no colour. */
  readonly noColor?: string | undefined;
  /** The value of FORCE_COLOR: `0` and `false` mean no colour. */
  readonly forceColor?: string | undefined;
  /** What `hasColors()` of the stream returns. */
  readonly streamHasColors: boolean;
  /** Whether the terminal shows UTF-8. */
  readonly unicode: boolean;
}

/** Colours are decided by `--color`, then NO_COLOR, then FORCE_COLOR, then the stream. */
export function createStyle(options: StyleOptions): Style {
  const color = wantsColor(options);
  // chalk itself does not know NO_COLOR; the 16 basic colours are readable in every theme
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    color,
    unicode: options.unicode,
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    red: (text) => chalk.red(text),
    green: (text) => chalk.green(text),
    yellow: (text) => chalk.yellow(text),
    cyan: (text) => chalk.cyan(text),
    symbols: options.unicode ? SYMBOLS : ASCII,
  };
}

function wantsColor({ color, noColor, forceColor, streamHasColors }: StyleOptions): boolean {
  if (color !== 'auto') return color === 'always';
  if (noColor !== undefined && noColor !== '') return false;
  if (forceColor !== undefined && forceColor !== '') return forceColor !== '0' && forceColor !== 'false';
  return streamHasColors;
}

const ACTIONS = { create: '+', update: '~', replace: '-/+', delete: '-', run: '>', blocked: '!' };

/** The symbols for terminals that show UTF-8. */
export const SYMBOLS: Symbols = {
  action: { ...ACTIONS, deferred: '…' },
  ok: '✔',
  failed: '✖',
  warning: '!',
  unknown: '?',
  notice: 'i',
  arrow: '→',
  ellipsis: '…',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

const ASCII: Symbols = {
  action: { ...ACTIONS, deferred: '...' },
  ok: 'ok',
  failed: 'x',
  warning: '!',
  unknown: '?',
  notice: 'i',
  arrow: '->',
  ellipsis: '...',
  spinner: ['-', '\\', '|', '/'],
};

/** The colour of an action. */
export function paintAction(style: Style, action: Action): Paint {
  switch (action) {
    case 'create':
      return style.green;
    case 'update':
    case 'replace':
    case 'deferred':
      return style.yellow;
    case 'delete':
    case 'blocked':
      return style.red;
    case 'run':
      return style.cyan;
  }
}
