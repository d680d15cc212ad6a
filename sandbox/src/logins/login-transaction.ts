import type { JsonObject } from '../json.js';
import type { TransactionRecord } from '../transactions/transaction.js';
import type { RedirectingTriggerName } from '../definition/trigger-handlers.js';
import type { LoginPause, TenantPage } from './login-pause.js';
import type { Organization } from '../directory/organizations.js';
import type { RequestFacts } from './request-facts.js';
import type { RefreshTokenChanges, SandboxRefreshToken } from './refresh-tokens.js';
import type { AuthenticationMethod, SandboxSession } from './sessions.js';
import type { SandboxUser } from '../directory/user.js';

/** The outcome of a run of the Actions, which may also wait for the browser to return. */
export type ActionsOutcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'denied'; readonly error: string; readonly description: string };

/** One login or password reset in progress, with the changes of the Actions so far and the current pause. */
export interface LoginTransaction {
  readonly trigger: RedirectingTriggerName;
  readonly record: TransactionRecord;
  readonly clientId: string;
  /** The parameters of the authorize request. */
  readonly parameters: JsonObject;
  /** The value of the browser's cookie. `/continue` requires the same one. */
  browserId: string;
  user?: SandboxUser;
  readonly request: RequestFacts;
  /** Known once the user has logged in. */
  session?: SandboxSession;
  /** `event.organization`: the organization that the user logs in to. */
  organization?: Organization;
  /** How the user has authenticated, if there is no session. */
  readonly methods?: readonly AuthenticationMethod[];
  /** `event.transaction.actor`: who acts on behalf of the user. */
  actor?: JsonObject;
  /** The refresh token that is being exchanged. */
  readonly refreshToken?: SandboxRefreshToken;
  readonly refreshTokenChanges: RefreshTokenChanges;
  /** `event.prompt`: the result of a form. */
  prompt?: JsonObject;
  /** Auth0's name of the login's protocol. */
  readonly protocol: string;
  /** Whether the browser can be sent to another page: not with `prompt=none`. */
  readonly canRedirect: boolean;
  /** The language of the login, known once the Actions run. */
  locale?: string;
  /** The oidc-provider interaction, which finishes after the Actions; for a password reset, its ticket. */
  interactionId?: string;
  /** Where `api.transaction.setResultUrl` sends the user after a password reset. */
  resultUrl?: string;
  /** Whether a password reset is done. */
  isOver?: boolean;
  /** The index of the Action that redirected, while the browser is away. */
  pausedAt?: number;
  /** The remaining pauses before the next Action. */
  readonly pauses: LoginPause[];
  /** The current page of the tenant, if the browser is at one. */
  page?: TenantPage;
  readonly completedFactors: Set<string>;
  /** The request of `api.multifactor.enable`, until the Actions have ended. */
  multifactor?: { readonly provider: string; readonly allowRememberBrowser: boolean };
  /** Whether `api.authentication.setPrimaryUser` has been called. */
  isPrimaryUserChanged?: boolean;
  /** The values set by `api.samlResponse`. */
  readonly saml: { readonly attributes: JsonObject; readonly settings: JsonObject };
  /** Settles when the Actions have reached their end or their first redirect. */
  started?: Promise<void>;
  outcome?: ActionsOutcome;
  /** Transaction metadata with its true values; the record holds a masked copy. */
  readonly metadata: JsonObject;
  readonly idTokenClaims: JsonObject;
  readonly accessTokenClaims: JsonObject;
  readonly addedScopes: Set<string>;
  readonly removedScopes: Set<string>;
}

/** Returns the page of the tenant with which a login continues after the browser was at another site. */
export function resumePathOf({ interactionId = '', trigger }: LoginTransaction): string {
  return trigger === 'post-login' ? `/u/login/${interactionId}/resume` : `/u/reset/${interactionId}`;
}
