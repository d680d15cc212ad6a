import type { Configuration, IDToken } from 'openid-client';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import type { Attempt } from './attempts.js';
import { LinkRefusal, linkRefusalOf } from './link-refusal.js';

/** The tokens that openid-client has verified. Only this request uses them. */
export interface TenantAnswer {
  readonly claims: IDToken;
  readonly accessToken: string;
}

/** The parts of an authorization request that do not depend on the attempt. */
interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly scope: string;
  /** Default: the tenant's login page offers all connections. */
  readonly connection: string | undefined;
}

/** Returns the address of the tenant's login. It requires a new login, because the tenant has a session of the first account. */
export async function authorizationUrl(
  configuration: Configuration,
  { state, nonce, codeVerifier }: Attempt,
  { redirectUri, scope, connection }: AuthorizationRequest,
): Promise<string> {
  const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await import('openid-client'); // optional peer
  const { href } = buildAuthorizationUrl(configuration, {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    prompt: 'login',
    max_age: '0',
    ...(connection !== undefined && { connection }),
  });
  return href;
}

/**
 * Exchanges the code of a return for the claims of the second account.
 *
 * @param callbackUrl The redirect URI.
 * @param query The query of the return.
 * @throws LinkRefusal
 */
export async function exchangeCode(
  configuration: Configuration,
  callbackUrl: string,
  query: FormValues,
  { state, nonce, codeVerifier }: Attempt,
): Promise<TenantAnswer> {
  const { authorizationCodeGrant } = await import('openid-client'); // optional peer
  const url = new URL(callbackUrl);
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) url.searchParams.append(name, value);
  try {
    const tokens = await authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new LinkRefusal('answer_invalid');
    return { claims, accessToken: tokens.access_token };
  } catch (error) {
    throw linkRefusalOf(error);
  }
}
