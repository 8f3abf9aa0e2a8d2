import { Composer, CST, Lexer, Parser } from 'yaml';
import type { Document, ErrorCode } from 'yaml';
import type { Diagnostic } from '../diagnostic.ts';
import { diagnose } from './source.ts';
import type { SourceText } from './source.ts';

const maxParserDepth = 140;
const maxLexemes = 2_000_000;
const maxProperties = 50_000;
const maxScalarLength = 1024 * 1024;
const maxErrors = 100;

/** The syntax tree of the one document in a file, and what is wrong with its syntax. */
export interface Syntax {
  readonly document: Document.Parsed | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML syntax, and nothing of what values mean. Stops early where the text would cost more than it is worth:
 * nesting that no parser's recursion survives, millions of symbols, errors without end.
 */
export function parseSyntax(source: SourceText): Syntax {
  const read = readTokens(source);
  if (!Array.isArray(read)) return { document: undefined, diagnostics: [read] };
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const errors = collectErrors(composer);
  const documents: Document.Parsed[] = [];
  try {
    for (const document of composer.compose(read, true, source.text.length)) documents.push(document);
  } catch (error) {
    if (!(error instanceof TooManyErrors)) throw error;
  }
  // what the parser could not place in the document goes past `onError`
  for (const { pos, code, message } of documents.flatMap((document) => document.errors).slice(0, maxErrors)) {
    errors.push({ offset: pos[0], code, message });
  }
  const second = documents[1];
  const diagnostics = onePerLine(source, errors);
  if (second !== undefined) diagnostics.push(secondDocument(source, documents[0]?.range[2] ?? 0));
  return { document: documents[0], diagnostics };
}

class TooManyErrors extends Error {}

interface Mistake {
  readonly offset: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Takes the composer's errors as plain data, without warnings, and stops it when there are enough: left alone it makes
 * an Error with a stack for each of them, and a file can hold a million.
 */
function collectErrors(composer: Composer): Mistake[] {
  const errors: Mistake[] = [];
  Object.assign(composer, {
    onError(place: ErrorPlace, code: ErrorCode, message: string, warning?: boolean): void {
      if (warning === true) return;
      const offset = typeof place === 'number' ? place : 'offset' in place ? place.offset : place[0];
      errors.push({ offset, code, message });
      if (errors.length >= maxErrors) throw new TooManyErrors();
    },
  });
  return errors;
}

type ErrorPlace = number | readonly [number, ...number[]] | { readonly offset: number };

function readTokens(source: SourceText): CST.Token[] | Diagnostic {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let errors = 0;
  let starts = 0;
  let properties = 0;
  let before: CST.TokenType | null = null;
  for (const lexeme of new Lexer().lex(source.text)) {
    const type = CST.tokenType(lexeme);
    const stop = (message: string) => diagnose(source, parser.offset, { message });
    if (++lexemes > maxLexemes)
      return stop('the file holds too many values; write hosts as ranges, such as `node[001:300]`');
    if (lexeme.length > maxScalarLength && type !== 'space') return stop('a text longer than 1 MiB');
    if (parser.stack.length > maxParserDepth) return stop('nested more than 100 levels deep');
    if (type === 'comma' && before === 'comma') return stop('a comma without a value before it');
    if ((type === 'anchor' || type === 'tag') && type === before) return stop(`two ${type}s on one value`);
    if ((type === 'anchor' || type === 'tag') && ++properties > maxProperties)
      return stop('too many anchors and tags');
    if (type === 'doc-start' && ++starts > 1) return secondDocument(source, parser.offset);
    if (type !== 'space' && type !== 'newline' && type !== 'comment') before = type;
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') errors++;
      tokens.push(token);
    }
    if (errors > maxErrors) break;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function secondDocument(source: SourceText, offset: number): Diagnostic {
  return diagnose(source, offset, {
    message: 'a second YAML document begins here; one file holds one document',
    hint: 'remove the line `---`',
  });
}

function onePerLine(source: SourceText, errors: readonly Mistake[]): Diagnostic[] {
  const lines = new Set<number>();
  const diagnostics: Diagnostic[] = [];
  for (const error of [...errors].sort((a, b) => a.offset - b.offset)) {
    const diagnostic = diagnose(source, error.offset, sentence(error));
    if (!lines.has(diagnostic.line)) diagnostics.push(diagnostic);
    lines.add(diagnostic.line);
  }
  return diagnostics;
}

function sentence(error: Mistake): { message: string; hint?: string } {
  // the parser quotes the text that it stumbled on, which could be a secret
  const message = `broken YAML: ${error.message.replace(/: "[^]*$/, '')}`;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used for indentation; YAML allows spaces only' };
    case 'BAD_INDENT':
      return {
        message: 'this line is not indented like its neighbours',
        hint: 'keys of one mapping begin in the same column',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a second `:` on one line',
        hint: 'put text that holds `: ` in quotes, or begin a new line',
      };
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return {
        message,
        hint: 'a key is followed by `:` and a space, quotes and brackets are closed, and inside of `{ }` a range is put in quotes',
      };
    case 'BAD_ALIAS':
      return {
        message,
        hint: 'put text that begins with `*` or `&` in quotes',
      };
    case 'BAD_SCALAR_START':
      return { message, hint: 'put the text in quotes' };
    default:
      return { message };
  }
}
