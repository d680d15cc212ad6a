import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import vm from 'node:vm';
import { isRecord, type Json } from '../json.js';
import type { LogEntry } from '../transactions/transaction.js';

/** A handler an Action exports. Its arguments are of the Action's own realm. */
export type ActionHandler = (event: unknown, api: unknown) => unknown;

/** What an Action file turned into. */
export interface ActionRealm {
  /** The exported function of a name, or undefined. */
  handler(name: string): ActionHandler | undefined;
  /** Calls a function under the time limit that holds for code which never yields. */
  callLimited(call: () => unknown): unknown;
  /** Makes an object of the Action's realm, so that `instanceof Object` and the like hold. */
  clone(value: Json): unknown;
  /** An error whose `instanceof Error` is true inside the Action. */
  error(message: string): Error;
}

/** What a realm is made from. */
export interface RealmOptions {
  readonly file: string;
  readonly source: string;
  /** Milliseconds that code may run without yielding. */
  readonly limitMs: number;
  readonly log: (level: LogEntry['level'], values: unknown[]) => void;
}

const CALL = '__call';

/**
 * Runs an Action file as a CommonJS module in a context of its own: no state leaks from one login to the next, as none
 * may be relied on at Auth0. This separates, it does not confine: an Action runs with the rights of whoever started the
 * sandbox.
 */
export function loadAction(options: RealmOptions): ActionRealm {
  const context = vm.createContext(globalsFor(options.log));
  const callLimited = (call: () => unknown): unknown => runLimited(context, call, options.limitMs);
  const exports = evaluateModule(context, callLimited, options);
  const parse: (text: string) => unknown = vm.runInContext('JSON.parse', context);
  const RealmError: ErrorConstructor = vm.runInContext('Error', context);
  return {
    handler: (name) => (isHandler(exports[name]) ? exports[name] : undefined),
    callLimited,
    clone: (value) => parse(JSON.stringify(value)),
    error: (message) => new RealmError(message),
  };
}

function isHandler(value: unknown): value is ActionHandler {
  return typeof value === 'function';
}

function evaluateModule(
  context: vm.Context,
  callLimited: ActionRealm['callLimited'],
  { file, source }: RealmOptions,
): Record<string, unknown> {
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];
  const wrapped = vm.compileFunction(source, parameters, { filename: file, parsingContext: context });
  const module: { exports: unknown } = { exports: vm.runInContext('({})', context) };
  callLimited(() => wrapped.call(module.exports, module.exports, createRequire(file), module, file, dirname(file)));
  return isRecord(module.exports) ? module.exports : {};
}

/** `vm` limits scripts only, so the call is made from a script. */
function runLimited(context: vm.Context, call: () => unknown, limitMs: number): unknown {
  context[CALL] = call;
  try {
    return vm.runInContext(`${CALL}()`, context, { timeout: limitMs });
  } finally {
    delete context[CALL];
  }
}

/**
 * What Node offers and the language does not. The classes for binary data are shared with the outside, because packages
 * that an Action requires are loaded there and compare with `instanceof`.
 */
function globalsFor(log: RealmOptions['log']): Record<string, unknown> {
  return {
    ...{ Buffer, URL, URLSearchParams, TextEncoder, TextDecoder, AbortController, AbortSignal, Event, EventTarget },
    ...{ fetch, Headers, Request, Response, FormData, Blob, crypto: globalThis.crypto, performance },
    ...{ atob, btoa, structuredClone, queueMicrotask },
    ...{ setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate },
    ...{ ArrayBuffer, SharedArrayBuffer, DataView, Uint8Array, Uint16Array, Uint32Array },
    ...{ Int8Array, Int16Array, Int32Array, Float32Array, Float64Array, Uint8ClampedArray },
    process: {
      env: {},
      version: process.version,
      versions: process.versions,
      nextTick: process.nextTick.bind(process),
    },
    console: consoleTo(log),
  };
}

function consoleTo(log: RealmOptions['log']): Record<string, (...values: unknown[]) => void> {
  const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
  const writers = levels.map((level) => [level, (...values: unknown[]) => log(level, values)] as const);
  return { ...Object.fromEntries(writers), trace: (...values) => log('debug', values) };
}
