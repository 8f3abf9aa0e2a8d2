import { Chalk } from 'chalk';
import type { Action } from '../../resources/resource.ts';

type Paint = (text: string) => string;

/** How text looks on one stream: colours, which never carry a meaning alone, and symbols. */
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
  /** Pictures of a wheel that turns. */
  readonly spinner: readonly string[];
}

export interface StyleOptions {
  /** `--color`. */
  readonly color: 'auto' | 'always' | 'never';
  /** The value of NO_COLOR; any but the empty text means no colour. */
  readonly noColor?: string | undefined;
  /** The value of FORCE_COLOR; `0` and `false` mean no colour. */
  readonly forceColor?: string | undefined;
  /** What `hasColors()` of the stream says that will be written to. */
  readonly streamHasColors: boolean;
  /** Whether the terminal shows UTF-8. */
  readonly unicode: boolean;
}

/** Decides on colour once for a stream: the option, then NO_COLOR, then FORCE_COLOR, then the stream itself. */
export function createStyle(options: StyleOptions): Style {
  const color = wantsColor(options);
  // chalk's own guess does not know NO_COLOR (anchors 4.6); 16 colours are those that the user's theme made readable
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

/** The symbols where UTF-8 can be shown. */
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

/** The colour that goes with an action's symbol. */
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
