import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser, type Options, type Program } from 'acorn';
import { messageOf } from '../error-message.js';
import { isRecord } from '../json.js';
import type { Found } from './finding.js';

export type Parsed = { readonly program: Program } | { readonly finding: Found };

// Node runs an Action as the body of a CommonJS function.
const COMMON_JS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowReturnOutsideFunction: true,
  allowHashBang: true,
  locations: true,
};
const ES_MODULE: Options = { ...COMMON_JS, sourceType: 'module' };

/** Parses CommonJS. Otherwise detects an ES module or TypeScript. */
export function parseSource(source: string): Parsed {
  try {
    return { program: Parser.parse(source, COMMON_JS) };
  } catch (error) {
    return { finding: esModule(source) ?? typeScript(source) ?? syntaxError(source, error) };
  }
}

function esModule(source: string): Found | undefined {
  const program = tryParse(() => Parser.parse(source, ES_MODULE));
  const statement = program?.body.find(({ type }) => type.startsWith('Import') || type.startsWith('Export'));
  return (
    program && {
      severity: 'error',
      message: 'This is an ES module. Auth0 runs CommonJS: use "exports.NAME = …" and "require(…)".',
      ...(statement?.loc ? { line: statement.loc.start.line } : {}),
    }
  );
}

function typeScript(source: string): Found | undefined {
  if (!tryParse(() => Parser.extend(tsPlugin()).parse(source, ES_MODULE))) return undefined;
  return {
    severity: 'error',
    message: 'This is TypeScript. Auth0 runs JavaScript: compile the file to CommonJS first.',
    line: lineWhereItFails(source),
  };
}

/** The JavaScript parser fails at the first type annotation. */
function lineWhereItFails(source: string): number {
  try {
    Parser.parse(source, ES_MODULE);
    return 1;
  } catch (error) {
    return placeOf(error).line;
  }
}

function syntaxError(source: string, error: unknown): Found {
  const { line, column } = placeOf(error);
  const text = source.split(/\r?\n/)[line - 1] ?? '';
  const message = `${messageOf(error).replace(/ \(\d+:\d+\)$/, '')}.`;
  return { severity: 'error', message, line, column: column + 1, text };
}

function placeOf(error: unknown): { line: number; column: number } {
  const { loc } = isRecord(error) ? error : {};
  const { line, column } = isRecord(loc) ? loc : {};
  return { line: Number(line ?? 1), column: Number(column ?? 0) };
}

function tryParse(parse: () => Program): Program | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
