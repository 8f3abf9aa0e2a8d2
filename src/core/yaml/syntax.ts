/** Reads the syntax of YAML files, and explains what is wrong with it. */
import { Composer, CST, Lexer, Parser } from 'yaml';
import type { Document, ErrorCode } from 'yaml';
import type { Diagnostic } from '../diagnostic.ts';
import { diagnose } from './source.ts';
import type { SourceText } from './source.ts';

/** Levels that the parser's recursion survives. */
const MAX_PARSER_DEPTH = 140;
const MAX_LEXEMES = 2_000_000;
const MAX_PROPERTIES = 50_000;
const MAX_SCALAR_LENGTH = 1024 * 1024;
const MAX_ERRORS = 100;

/** The syntax tree of the document in a file, and what is wrong with its syntax. */
export interface Syntax {
  readonly document: Document.Parsed | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the syntax of a YAML file, without what its values mean. Stops early where a hostile file would cost too much: deep
 * nesting, millions of symbols, millions of errors.
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
  // some errors never reach `onError`: those that the parser could not place in the document
  for (const { pos, code, message } of documents
    .flatMap((document) => document.errors)
    .slice(0, MAX_ERRORS)) {
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
 * Collects the composer's errors as plain data, without warnings, and stops it when there are enough. The composer itself
 * would make an Error with a stack for each, and a file can have a million.
 */
function collectErrors(composer: Composer): Mistake[] {
  const errors: Mistake[] = [];
  Object.assign(composer, {
    onError(place: ErrorPlace, code: ErrorCode, message: string, warning?: boolean): void {
      if (warning === true) return;
      const offset = typeof place === 'number' ? place : 'offset' in place ? place.offset : place[0];
      errors.push({ offset, code, message });
      if (errors.length >= MAX_ERRORS) throw new TooManyErrors();
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
    if (++lexemes > MAX_LEXEMES)
      return stop('the file has too many values; write hosts as ranges, such as `node[001:300]`');
    if (lexeme.length > MAX_SCALAR_LENGTH && type !== 'space') return stop('a text longer than 1 MiB');
    if (parser.stack.length > MAX_PARSER_DEPTH) return stop('nested more than 100 levels deep');
    if (type === 'comma' && before === 'comma') return stop('a comma without a value before it');
    if ((type === 'anchor' || type === 'tag') && type === before) return stop(`two ${type}s on one value`);
    if ((type === 'anchor' || type === 'tag') && ++properties > MAX_PROPERTIES)
      return stop('too many anchors and tags');
    if (type === 'doc-start' && ++starts > 1) return secondDocument(source, parser.offset);
    if (type !== 'space' && type !== 'newline' && type !== 'comment') before = type;
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') errors++;
      tokens.push(token);
    }
    if (errors > MAX_ERRORS) break;
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
  // the parser quotes the text that is wrong, which could be a secret
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
        hint: 'put text with `: ` in quotes, or begin a new line',
      };
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return {
        message,
        hint: 'write `:` and a space after a key, close quotes and brackets, and put ranges in `{ }` in quotes',
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
