import type { JsonObject } from '../json.js';
import type { TransactionRecord } from '../transactions/transaction.js';
import type { RedirectingTriggerName } from '../definition/trigger-handlers.js';
import type { LoginPause, TenantPage } from './login-pause.js';
import type { Organization } from '../directory/organizations.js';
import type { RequestFacts } from './request-facts.js';
import type { RefreshTokenChanges, SandboxRefreshToken } from './refresh-tokens.js';
import type { AuthenticationMethod, SandboxSession } from './sessions.js';
import type { SandboxUser } from '../directory/user.js';

/** Actions may also wait for the browser to return. */
export type ActionsOutcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'denied'; readonly error: string; readonly description: string };

/** A login or password reset in progress, with the Actions' changes so far. */
export interface LoginTransaction {
  readonly trigger: RedirectingTriggerName;
  readonly record: TransactionRecord;
  readonly clientId: string;
  /** Parameters of the authorize request. */
  readonly parameters: JsonObject;
  /** The browser's cookie, which `/continue` requires. */
  browserId: string;
  user?: SandboxUser;
  readonly request: RequestFacts;
  /** Known after the login. */
  session?: SandboxSession;
  /** `event.organization`. */
  organization?: Organization;
  /** Authentication methods, if there is no session. */
  readonly methods?: readonly AuthenticationMethod[];
  /** `event.transaction.actor`: the party that acts on behalf of the user. */
  actor?: JsonObject;
  /** The token that is being exchanged. */
  readonly refreshToken?: SandboxRefreshToken;
  readonly refreshTokenChanges: RefreshTokenChanges;
  /** `event.prompt`: the result of a form. */
  prompt?: JsonObject;
  /** Auth0's name for the protocol. */
  readonly protocol: string;
  /** Whether the browser can go to another page: not with `prompt=none`. */
  readonly canRedirect: boolean;
  /** Known once the Actions run. */
  locale?: string;
  /** The oidc-provider interaction, which ends after the Actions; or a reset's ticket. */
  interactionId?: string;
  /** Set by `api.transaction.setResultUrl`, for the end of a password reset. */
  resultUrl?: string;
  /** Only for a password reset. */
  isOver?: boolean;
  /** Index of the Action that redirected, while the browser is away. */
  pausedAt?: number;
  /** The remaining pauses before the next Action. */
  readonly pauses: LoginPause[];
  /** The tenant's page in the browser, if any. */
  page?: TenantPage;
  readonly completedFactors: Set<string>;
  /** The request of `api.multifactor.enable`, until the end of the Actions. */
  multifactor?: { readonly provider: string; readonly allowRememberBrowser: boolean };
  /** Set by `api.authentication.setPrimaryUser`. */
  isPrimaryUserChanged?: boolean;
  /** Set by `api.samlResponse`. */
  readonly saml: { readonly attributes: JsonObject; readonly settings: JsonObject };
  /** Settles at the Actions' end or first redirect. */
  started?: Promise<void>;
  outcome?: ActionsOutcome;
  /** Unmasked, unlike in the record. */
  readonly metadata: JsonObject;
  readonly idTokenClaims: JsonObject;
  readonly accessTokenClaims: JsonObject;
  readonly addedScopes: Set<string>;
  readonly removedScopes: Set<string>;
}

/** Continues a login after the browser visited another site. */
export function resumePathOf({ interactionId = '', trigger }: LoginTransaction): string {
  return trigger === 'post-login' ? `/u/login/${interactionId}/resume` : `/u/reset/${interactionId}`;
}
