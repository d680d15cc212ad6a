import { access, constants } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadActionModule } from '../execution/action-module.js';
import { consoleTo, functionsOf, runHandler } from '../execution/execute.js';
import { describeFailure } from '../execution/failure.js';
import { SandboxError } from '../sandbox-errors.js';
import type { ActionEntry, Failure } from '../transactions/transaction.js';
import type { ActionResult } from './action-result.js';
import { assertKnownOptions, checkedModules, CONTINUE_OPTIONS, RUN_OPTIONS } from './checked-options.js';
import { frozenDate } from './frozen-date.js';
import { chosenHandler, type ChosenHandler } from './chosen-handler.js';
import { resultOf } from './result-of.js';
import { comeBack } from './returned-request.js';
import type { ContinueActionOptions, RunActionOptions } from './run-action-options.js';
import { testLogin, type TestLogin } from './test-login.js';

/**
 * Runs a function of an Action in this thread, without a server. Mocks of the test apply: a replaced `fetch`, a fake
 * clock, a mocked package.
 *
 * @param file The Action: a path relative to the current directory, or a `file:` URL.
 * @example
 * const result = await runAction('post-login.js', { event: { user: { email_verified: false } } });
 * assert.equal(result.denied?.reason, 'Verify your email address first.');
 * @publicApi
 */
export async function runAction(file: string | URL, options: RunActionOptions = {}): Promise<ActionResult> {
  assertKnownOptions(options, RUN_OPTIONS);
  return run(await pathOf(file), options, 'execute');
}

/** `now` is the current time for the Action, too. */
export async function runAtFixedTime(file: string | URL, options: RunActionOptions): Promise<ActionResult> {
  return run(await pathOf(file), options, 'execute', { Date: frozenDate(Number(options.now ?? Date.now())) });
}

/**
 * Runs the `onContinue…` function of an Action after a redirect. Creates the `state` and signs the token, so that
 * `api.redirect.validateToken` really runs.
 *
 * @param file The Action: a path relative to the current directory, or a `file:` URL.
 * @example
 * const started = await runAction('post-login.js', { secrets });
 * const token = { secret: secrets.SESSION_SECRET, claims: { outcome: 'accepted' } };
 * const result = await continueAction('post-login.js', { after: started, token });
 * @publicApi
 */
export async function continueAction(file: string | URL, options: ContinueActionOptions = {}): Promise<ActionResult> {
  assertKnownOptions(options, CONTINUE_OPTIONS);
  return run(await pathOf(file), options, 'resume');
}

async function run(
  file: string,
  options: ContinueActionOptions,
  kind: 'execute' | 'resume',
  variables: Readonly<Record<string, object>> = {},
): Promise<ActionResult> {
  const entries: ActionEntry[] = [];
  const report = (entry: ActionEntry): void => void entries.push(entry);
  const loaded = load(file, options, variables, report);
  const exports = functionsOf(loaded.exports);
  const chosen = chosenHandler(basename(file), loaded.error ? undefined : exports, options, kind);
  const login = testLogin(options, chosen.trigger);
  if (kind === 'resume') comeBack(login.event, { ...options, now: login.facts.nowMs });
  const error = loaded.error ?? (await runChosen(file, chosen, loaded.exports, login, report));
  return resultOf({ file, chosen, exports, login, entries, ...(error ? { error } : {}) });
}

function load(
  file: string,
  { modules = {}, packages = {} }: RunActionOptions,
  variables: Readonly<Record<string, object>>,
  report: (entry: ActionEntry) => void,
): { exports: Record<string, unknown>; error?: Failure } {
  const surroundings = { console: consoleTo(report), modules: checkedModules(modules), packages, variables };
  try {
    return { exports: loadActionModule({ file }, surroundings) };
  } catch (error) {
    return { exports: {}, error: describeFailure(error, { file }) };
  }
}

function runChosen(
  file: string,
  chosen: ChosenHandler,
  exports: Readonly<Record<string, unknown>>,
  { event, facts }: TestLogin,
  report: (entry: ActionEntry) => void,
): Promise<Failure | undefined> {
  const input = { ...chosen, action: { name: basename(file), file }, event, facts };
  return runHandler(exports, input, report);
}

async function pathOf(file: string | URL): Promise<string> {
  const text = String(file);
  const path = text.startsWith('file:') ? fileURLToPath(text) : resolve(text);
  try {
    await access(path, constants.R_OK);
    return path;
  } catch (cause) {
    const message = `The Action file ${relative(process.cwd(), path)} cannot be read. Paths are relative to the current directory.`;
    throw new SandboxError('action_file_unreadable', message, { cause });
  }
}
