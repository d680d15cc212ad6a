import { basename } from 'node:path';
import { textOf, toJsonObject } from '../json.js';
import { ContinueStates } from '../redirect/continue-states.js';
import { decodeToken } from '../redirect/jwt.js';
import { parseRedirectTarget, redirectUrl } from '../redirect/redirect-url.js';
import type { ActionEntry, CallEntry, Failure, LogEntry } from '../transactions/transaction.js';
import { hasEffect, type HandlerResult } from '../triggers/action-steps.js';
import { refusalOf } from '../triggers/login-end.js';
import { SILENT, silentRefusal } from '../triggers/login-pauses.js';
import { handlerWarnings } from '../triggers/login-warnings.js';
import { applyCalls, lastCall } from '../triggers/post-login-effects.js';
import { cacheAfter } from '../triggers/trigger-caches.js';
import type { TriggerName } from '../definition/tenant-definition.js';
import { TRIGGER_HANDLERS } from '../definition/trigger-handlers.js';
import type { ActionRedirect, ActionResult } from './action-result.js';
import type { ChosenHandler } from './chosen-handler.js';
import type { TestLogin } from './test-login.js';

interface EndedRun {
  readonly file: string;
  readonly chosen: ChosenHandler;
  readonly exports: readonly string[];
  readonly login: TestLogin;
  readonly entries: readonly ActionEntry[];
  readonly error?: Failure;
}

export function resultOf({ file, chosen, exports, login, entries, error }: EndedRun): ActionResult {
  const { transaction, user, event, facts } = login;
  const attempts = entries.filter((entry): entry is CallEntry => entry.type === 'call');
  const calls = error ? [] : attempts.filter(hasEffect);
  applyCalls(calls, login);
  const ended = { calls, attempts, exports, ...(error ? { error } : {}) };
  const warnings = warningsOf(chosen, basename(file), ended);
  return {
    ...chosen,
    event,
    calls: attempts.map(withoutType),
    console: entries.filter((entry): entry is LogEntry => entry.type === 'log').map(withoutType),
    warnings: [...attempts.flatMap(notesOf), ...warnings],
    idToken: { claims: { ...transaction.idTokenClaims } },
    accessToken: {
      claims: { ...transaction.accessTokenClaims },
      ...{ addedScopes: [...transaction.addedScopes], removedScopes: [...transaction.removedScopes] },
    },
    transaction: { metadata: { ...transaction.metadata } },
    user: toJsonUser(user),
    ...outcomeOf(ended, chosen, login),
    ...(error ? { error } : {}),
    cache: cacheAfter(facts.cache, calls),
  };
}

function toJsonUser({ app_metadata, user_metadata }: TestLogin['user']): ActionResult['user'] {
  return { app_metadata: toJsonObject(app_metadata), user_metadata: toJsonObject(user_metadata) };
}

/** Triggers without a second handler cannot be skipped. */
function warningsOf({ trigger, handler }: ChosenHandler, action: string, ended: HandlerResult): string[] {
  const { execute, resume } = TRIGGER_HANDLERS[trigger];
  return resume === undefined ? [] : handlerWarnings({ execute, resume }, action, { ...ended, handler, isForm: false });
}

/** A denial takes precedence over a redirect, as in a login. */
function outcomeOf(
  ended: HandlerResult,
  { trigger }: ChosenHandler,
  login: TestLogin,
): Pick<ActionResult, 'denied' | 'redirect'> {
  const { canRedirect, nowMs } = login.facts;
  if (ended.error) return {};
  const denied = denialOf(ended, trigger);
  if (denied) return { denied };
  const redirect = lastCall(ended.calls, 'api.redirect.sendUserTo');
  if (!redirect) return {};
  if (!canRedirect)
    return {
      denied: { error: 'interaction_required', reason: silentRefusal(SILENT.redirect, login.transaction.protocol) },
    };
  return { redirect: redirectOf(redirect, nowMs) };
}

function denialOf(ended: HandlerResult, trigger: TriggerName): ActionResult['denied'] {
  const invalid = lastCall(ended.calls, 'api.access.rejectInvalidSubjectToken');
  if (invalid) return { error: 'invalid_request', reason: textOf(invalid.args[0]) };
  const [, reason, error = 'access_denied'] = refusalOf(ended, undefined) ?? [];
  if (reason === undefined) return undefined;
  const [first, second] = lastCall(ended.calls, 'api.access.deny')?.args ?? [];
  if (first === undefined) return { error, reason };
  if (DENY_WITH_CODE.includes(trigger)) return { error: textOf(first), reason: textOf(second) };
  const isShown = trigger === 'pre-user-registration' && second !== undefined;
  return { error, reason, ...(isShown ? { userMessage: textOf(second) } : {}) };
}

/** Triggers whose `deny` accepts a code and a reason. */
const DENY_WITH_CODE: readonly TriggerName[] = ['credentials-exchange', 'custom-token-exchange'];

function redirectOf({ args }: CallEntry, nowMs: number): ActionRedirect {
  const target = parseRedirectTarget(args[0], args[1]);
  const state = new ContinueStates(() => nowMs).issue('test', 'test');
  const url = redirectUrl(target.url, target.query, state);
  const query = Object.fromEntries(new URL(url).searchParams);
  const tokens = Object.entries(query).flatMap(([name, value]) => {
    const decoded = decodeToken(value);
    return decoded ? [[name, decoded.claims] as const] : [];
  });
  return { url, query, tokens: Object.fromEntries(tokens), state };
}

function withoutType<Entry extends ActionEntry>({ type: _type, ...rest }: Entry): Omit<Entry, 'type'> {
  return rest;
}

function notesOf({ name, hint, ignored }: CallEntry): string[] {
  return [ignored, hint].flatMap((note) => (note === undefined ? [] : [`${name}: ${note}`]));
}
