import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RefreshTokens } from '../logins/refresh-tokens.js';
import type { Sessions } from '../logins/sessions.js';
import type { SandboxUser } from '../directory/user.js';
import type { UserDirectory } from '../directory/users.js';
import { withEntry } from '../execution/api/key-value-metadata.js';
import { setMetadata } from '../execution/api/transaction-api.js';
import { isJsonObject, textOf, type Json } from '../json.js';
import { parseRedirectTarget, urlWith } from '../redirect/redirect-url.js';
import type { CallEntry } from '../transactions/transaction.js';
import { applySamlCall } from './saml-response.js';

export interface EffectTargets {
  readonly transaction: LoginTransaction;
  readonly user: SandboxUser;
  readonly users: UserDirectory;
  readonly sessions: Sessions;
  readonly refreshTokens: RefreshTokens;
}

type Effect = (args: readonly Json[], targets: EffectTargets) => void;

/** Other calls take effect elsewhere, or only appear in the record. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  'api.accessToken.addScope': ([scope], { transaction: { addedScopes, removedScopes } }) => {
    removedScopes.delete(textOf(scope));
    addedScopes.add(textOf(scope));
  },
  'api.accessToken.removeScope': ([scope], { transaction: { addedScopes, removedScopes } }) => {
    addedScopes.delete(textOf(scope));
    removedScopes.add(textOf(scope));
  },
  'api.accessToken.setCustomClaim': ([name, value = null], { transaction }) => {
    transaction.accessTokenClaims[textOf(name)] = value;
  },
  'api.authentication.recordMethod': ([url], { transaction: { session }, sessions }) => {
    if (session) sessions.authenticated(session, textOf(url));
  },
  'api.multifactor.enable': ([provider, options = null], { transaction }) => {
    const allowRememberBrowser = isJsonObject(options) && options['allowRememberBrowser'] === true;
    transaction.multifactor = { provider: textOf(provider), allowRememberBrowser };
  },
  'api.idToken.setCustomClaim': ([name, value = null], { transaction }) => {
    transaction.idTokenClaims[textOf(name)] = value;
  },
  'api.refreshToken.deleteMetadata': ([key], { transaction: { refreshTokenChanges: changes } }) => {
    changes.metadata = withEntry(changes.metadata, key, null);
  },
  'api.refreshToken.evictMetadata': (_args, { transaction: { refreshTokenChanges: changes } }) => {
    changes.metadata = {};
  },
  'api.refreshToken.revoke': (_args, { transaction: { refreshToken }, refreshTokens }) => {
    if (refreshToken) refreshTokens.revoke(refreshToken);
  },
  'api.refreshToken.setExpiresAt': ([time], { transaction: { refreshTokenChanges: changes } }) => {
    changes.expiresAt = Math.min(changes.expiresAt ?? Infinity, Number(time));
  },
  'api.refreshToken.setIdleExpiresAt': ([time], { transaction: { refreshTokenChanges: changes } }) => {
    changes.idleExpiresAt = Math.min(changes.idleExpiresAt ?? Infinity, Number(time));
  },
  'api.refreshToken.setMetadata': ([key, value], { transaction: { refreshTokenChanges: changes } }) => {
    changes.metadata = withEntry(changes.metadata, key, value);
  },
  'api.session.deleteMetadata': ([key], { transaction: { session } }) => {
    if (session) session.metadata = withEntry(session.metadata, key, null);
  },
  'api.session.evictMetadata': (_args, { transaction: { session } }) => {
    if (session) session.metadata = {};
  },
  'api.session.revoke': ([, options], { transaction: { session }, refreshTokens }) => {
    if (!session) return;
    session.expiresAt = 0;
    if (!isJsonObject(options) || options['preserveRefreshTokens'] !== true) refreshTokens.revokeOf(session.id);
  },
  'api.session.setCookieMode': ([mode], { transaction: { session } }) => {
    if (session) session.cookieMode = mode === 'persistent' ? 'persistent' : 'non-persistent';
  },
  'api.session.setExpiresAt': ([time], { transaction: { session } }) => {
    if (session) session.expiresAt = Math.min(session.expiresAt, Number(time));
  },
  'api.session.setIdleExpiresAt': ([time], { transaction: { session } }) => {
    if (session) session.idleExpiresAt = Math.min(session.idleExpiresAt, Number(time));
  },
  'api.session.setMetadata': ([key, value], { transaction: { session } }) => {
    if (session) session.metadata = withEntry(session.metadata, key, value);
  },
  'api.transaction.setMetadata': ([name, value], { transaction }) => setMetadata(transaction.metadata, name, value),
  'api.transaction.setResultUrl': ([url, options], { transaction }) => {
    const target = parseRedirectTarget(url, options, 'setResultUrl');
    transaction.resultUrl = urlWith(target.url, target.query);
  },
  'api.user.setAppMetadata': ([name, value = null], { user, users }) => {
    users.setMetadata(user, 'app_metadata', { [textOf(name)]: value });
  },
  'api.user.setUserMetadata': ([name, value = null], { user, users }) => {
    users.setMetadata(user, 'user_metadata', { [textOf(name)]: value });
  },
};

export function applyCalls(calls: readonly CallEntry[], targets: EffectTargets): void {
  for (const { name, args } of calls) {
    EFFECTS[name]?.(args, targets);
    if (name.startsWith('api.samlResponse.')) applySamlCall(name, args, targets.transaction.saml);
  }
}

export function lastCall(calls: readonly CallEntry[], name: string): CallEntry | undefined {
  return calls.findLast((call) => call.name === name);
}
