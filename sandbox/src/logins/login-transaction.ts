import type { JsonObject } from '../json.js';
import type { TransactionRecord } from '../transactions/transaction.js';
import type { RedirectingTriggerName } from '../definition/trigger-handlers.js';
import type { LoginPause, TenantPage } from './login-pause.js';
import type { Organization } from '../directory/organizations.js';
import type { RequestFacts } from './request-facts.js';
import type { RefreshTokenChanges, SandboxRefreshToken } from './refresh-tokens.js';
import type { AuthenticationMethod, SandboxSession } from './sessions.js';
import type { SandboxUser } from '../directory/user.js';

/** How a run of the Actions ended, or that it waits for the browser to come back. */
export type ActionsOutcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'denied'; readonly error: string; readonly description: string };

/** One login in flight, or one password reset: what the Actions did to it so far, and where it waits. */
export interface LoginTransaction {
  readonly trigger: RedirectingTriggerName;
  readonly record: TransactionRecord;
  readonly clientId: string;
  /** The parameters of the authorize request. */
  readonly parameters: JsonObject;
  /** The value of the browser's cookie; `/continue` has to bring the same one. */
  browserId: string;
  user?: SandboxUser;
  /** The request with which the login began. */
  readonly request: RequestFacts;
  /** Known once the user has logged in. */
  session?: SandboxSession;
  /** `event.organization`: the organization that the user logs in to. */
  organization?: Organization;
  /** How the user has authenticated, if there is no session that knows it. */
  readonly methods?: readonly AuthenticationMethod[];
  /** `event.transaction.actor`: who acts on behalf of the user. */
  actor?: JsonObject;
  /** The refresh token that is being exchanged. */
  readonly refreshToken?: SandboxRefreshToken;
  /** What Actions set for the refresh token. */
  readonly refreshTokenChanges: RefreshTokenChanges;
  /** `event.prompt`: what came back from a form. */
  prompt?: JsonObject;
  /** Auth0's name of the way in which the login came about. */
  readonly protocol: string;
  /** Whether the browser can be sent to another page: not with `prompt=none`. */
  readonly canRedirect: boolean;
  /** The language of the login, known once the Actions run. */
  locale?: string;
  /** The oidc-provider interaction that is finished once the Actions are; the ticket of a password reset. */
  interactionId?: string;
  /** Where `api.transaction.setResultUrl` sends the user after a password reset. */
  resultUrl?: string;
  /** Whether a password reset is done. */
  isOver?: boolean;
  /** The Action that redirected, while the browser is away. */
  pausedAt?: number;
  /** What the user has yet to do before the next Action runs. */
  readonly pauses: LoginPause[];
  /** The page of the tenant that the browser is at, while it is at one. */
  page?: TenantPage;
  /** The factors that the user has completed in this login. */
  readonly completedFactors: Set<string>;
  /** What `api.multifactor.enable` has asked for, until the Actions are done. */
  multifactor?: { readonly provider: string; readonly allowRememberBrowser: boolean };
  /** Whether `api.authentication.setPrimaryUser` has been called. */
  isPrimaryUserChanged?: boolean;
  /** What `api.samlResponse` has set. */
  readonly saml: { readonly attributes: JsonObject; readonly settings: JsonObject };
  /** Settled once the Actions have run up to their end or their first redirect. */
  started?: Promise<void>;
  outcome?: ActionsOutcome;
  /** Transaction metadata with its true values; the record holds a masked copy. */
  readonly metadata: JsonObject;
  readonly idTokenClaims: JsonObject;
  readonly accessTokenClaims: JsonObject;
  readonly addedScopes: Set<string>;
  readonly removedScopes: Set<string>;
}

/** Returns the page of the tenant with which a login goes on after the browser was at another site. */
export function resumePathOf({ interactionId = '', trigger }: LoginTransaction): string {
  return trigger === 'post-login' ? `/u/login/${interactionId}/resume` : `/u/reset/${interactionId}`;
}
