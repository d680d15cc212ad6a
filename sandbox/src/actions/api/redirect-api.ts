import type { Clock } from '../../clock.js';
import { encodeToken } from '../../redirect/encode-token.js';
import { parseRedirectTarget } from '../../redirect/redirect-url.js';
import { validateToken } from '../../redirect/validate-token.js';
import type { ActionPhase, CallNotes } from '../action-phase.js';
import type { ActionRealm } from '../action-realm.js';

/** What `api.redirect` needs to know of the tenant. */
export interface RedirectSurroundings {
  readonly issuer: string;
  readonly now: Clock;
}

/** `api.redirect`. */
export function redirectApi(phase: ActionPhase, realm: ActionRealm, api: object, tenant: RedirectSurroundings) {
  return {
    canRedirect: phase.method(realm, 'api.redirect.canRedirect', (_args, notes) => (notes.result = true)),
    encodeToken: phase.method(realm, 'api.redirect.encodeToken', ([options], notes) => {
      const { ip } = phase.request;
      const subject = { issuer: tenant.issuer, userId: phase.user.user_id, ip };
      return (notes.result = encodeToken(options, subject, tenant.now));
    }),
    sendUserTo: phase.method(realm, 'api.redirect.sendUserTo', ([target, options]) => {
      sendUserTo(phase, target, options);
      return api;
    }),
    validateToken: phase.method(realm, 'api.redirect.validateToken', ([options], notes) =>
      realm.clone(validate(phase, options, notes, tenant.now)),
    ),
  };
}

function sendUserTo(phase: ActionPhase, target: unknown, options: unknown): void {
  if (phase.transaction.redirected.has(phase.index)) {
    throw new Error('sendUserTo: Auth0 allows one redirect per Action in a login, and this one has had its own.');
  }
  phase.effects.redirect = parseRedirectTarget(target, options);
}

function validate(phase: ActionPhase, options: unknown, notes: CallNotes, now: Clock) {
  const { query, body } = phase.request;
  const context = { parameters: { ...query, ...body }, userId: phase.user.user_id };
  phase.effects.validation = 'failed';
  const { checks, payload, error } = validateToken(options, context, now);
  notes.checks = checks;
  if (error !== undefined || payload === undefined) throw new Error(error);
  phase.effects.validation = 'ok';
  return (notes.result = payload);
}
