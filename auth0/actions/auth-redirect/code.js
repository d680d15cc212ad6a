/**
 * Sends a login to the redirect service in the middle, and takes the answer back.
 *
 * Secrets of this Action:
 *   SESSION_SECRET            shared with the service, 32 bytes or more: `openssl rand -base64 48`
 *   SESSION_SECRET_PREVIOUS   the one before, only while a rotation is under way
 *   TERMS_VERSION             the version of the terms that everybody has to accept; unset: the service chooses the steps
 *   REDIRECT_URL              where the service answers: https://steps.example.com/redirect
 *
 * What the two sides guarantee each other, and the order in which to rotate: README.md, two folders up.
 */
const { randomBytes } = require('node:crypto');

// ---------------------------------------------------------------- yours to edit

/** Custom claims need a name of your own in front, so that they never collide with a standard claim. */
const NAMESPACE = 'https://auth-redirect.example/';

/**
 * The ids of the steps that this user has to take. An empty list: none, and the login goes on without the redirect.
 * Undefined: every login takes the redirect, and the service chooses.
 *
 * Here: the terms, where the user has not accepted the version that the secret TERMS_VERSION names. What the steps gave is in
 * app_metadata.auth_redirect, by step id; onContinuePostLogin puts it there. Decide by that, and never by
 * event.stats.logins_count or "a new session": Auth0's session exists before the redirect, so whoever walks away from a step
 * and comes back would be through.
 * @param {Event} event
 * @returns {string[] | undefined}
 */
function stepsFor(event) {
  const { TERMS_VERSION } = event.secrets;
  if (!TERMS_VERSION) return undefined;
  return event.user.app_metadata?.auth_redirect?.terms?.version === TERMS_VERSION ? [] : ['terms'];
}

/**
 * Password grants have no browser to redirect. DENY refuses them; PASS lets them in without the redirect, and with
 * them anyone who can call the token endpoint of an application where that grant is enabled.
 */
const DENY = 'deny';
const PASS = 'pass';
const LOGIN_WITHOUT_BROWSER = DENY;

// ---------------------------------------------------------------- what follows needs no editing

const NONCE = 'auth_redirect_nonce';
const SECRETS = ['SESSION_SECRET', 'SESSION_SECRET_PREVIOUS'];
const SECONDS_TO_COMPLETE = 900;
const TRY_AGAIN = 'We could not complete your login. Please go back to the application and sign in again.';
const NEEDS_BROWSER = 'This account has to sign in with a browser.';
const DECLINED = 'You did not complete a step that this login requires.';

/**
 * @param {Event} event - Details about the user and the context in which they are logging in.
 * @param {PostLoginAPI} api - Interface whose methods can be used to change the behavior of the login.
 */
exports.onExecutePostLogin = async (event, api) => {
  const steps = stepsFor(event);
  if (steps?.length === 0) return;
  // The login that this refresh token comes from took the redirect, and there is no browser now.
  if (event.transaction?.protocol === 'oauth2-refresh-token') return;

  const misconfigured = problemWith(event.secrets);
  if (misconfigured) return deny(api, misconfigured);

  // False for password grants and for silent logins (prompt=none). A silent login is redirected nevertheless: Auth0
  // answers that with interaction_required. Letting it pass would be a way around every step, see stepsFor.
  // By GET, so that nobody makes a password grant a silent login by writing ?prompt=none to it.
  const isSilent = event.request.method === 'GET' && event.request.query?.prompt === 'none';
  if (!api.redirect.canRedirect() && !isSilent) {
    return LOGIN_WITHOUT_BROWSER === PASS ? undefined : deny(api, 'this login cannot be redirected', NEEDS_BROWSER);
  }

  const nonce = randomBytes(32).toString('base64url');
  api.transaction.setMetadata(NONCE, nonce);
  const sessionToken = api.redirect.encodeToken({
    secret: event.secrets.SESSION_SECRET,
    expiresInSeconds: SECONDS_TO_COMPLETE,
    payload: steps ? { nonce, steps } : { nonce },
  });
  api.redirect.sendUserTo(event.secrets.REDIRECT_URL, { query: { session_token: sessionToken } });
};

/**
 * Runs when the browser is back at /continue, with or without an answer from the service.
 * @param {Event} event - Details about the user and the context in which they are logging in.
 * @param {PostLoginAPI} api - Interface whose methods can be used to change the behavior of the login.
 */
exports.onContinuePostLogin = async (event, api) => {
  const misconfigured = problemWith(event.secrets);
  if (misconfigured) return deny(api, misconfigured);

  const nonce = event.transaction?.metadata?.[NONCE];
  api.transaction.setMetadata(NONCE, null); // it serves once, however this ends

  const { payload, reasons } = validatedToken(event, api);
  if (!payload) return deny(api, reasons);

  const failed = checks(payload, event, nonce).find(({ holds }) => !holds);
  if (failed) return deny(api, failed.otherwise);
  if (payload.outcome === 'denied') {
    const code = /^[\w.-]{1,64}$/.exec(payload.error ?? '')?.[0] ?? 'no code';
    return deny(api, `a step was not completed (${code})`, readableText(payload.error_description) ?? DECLINED);
  }
  accept(payload.steps, event, api);
};

/** What has to hold of a token whose signature, expiry and state validateToken has found right. */
function checks(payload, event, nonce) {
  return [
    { holds: payload.sub === event.user.user_id, otherwise: 'the token is about another user' },
    { holds: isText(nonce), otherwise: 'this login holds no nonce, or has used it' },
    { holds: isText(payload.nonce), otherwise: 'the token has no nonce' },
    { holds: payload.nonce === nonce, otherwise: 'the token answers another login' },
    { holds: [undefined, 'completed', 'denied'].includes(payload.outcome), otherwise: 'the outcome is unknown' },
    { holds: payload.steps === undefined || isObject(payload.steps), otherwise: 'the steps are not an object' },
    { holds: payload.outcome === 'denied' || hasTaken(stepsFor(event), payload), otherwise: 'a step was not taken' },
  ];
}

/** Whether every step that was asked for has given something. */
function hasTaken(steps = [], payload) {
  return steps.every((id) => Object.hasOwn(payload.steps ?? {}, id));
}

/** Tries the current secret, then the previous one, as a login in flight may still be signed with that. */
function validatedToken(event, api) {
  const reasons = [];
  for (const name of SECRETS.filter((each) => event.secrets[each])) {
    const secret = event.secrets[name];
    try {
      return { payload: api.redirect.validateToken({ secret, tokenParameterName: 'session_token' }) };
    } catch (error) {
      reasons.push(`${name}: ${error.message}`);
    }
  }
  return { reasons: reasons.join(' | ') };
}

/**
 * The login goes on. Data of the steps is kept with the user, where stepsFor finds it next time, and goes to the
 * application under one claim of its own: no name in it can stand for a standard claim.
 */
function accept(steps, event, api) {
  const claims = { redirected: true, ...(steps && { steps }) };
  for (const [name, value] of Object.entries(claims)) {
    api.idToken.setCustomClaim(NAMESPACE + name, value);
    api.accessToken.setCustomClaim(NAMESPACE + name, value);
  }
  if (steps) api.user.setAppMetadata('auth_redirect', { ...event.user.app_metadata?.auth_redirect, ...steps });
}

/** A secret of 32 bytes is what HS256 asks for (RFC 7518, 3.2): a shorter one can be guessed offline from one token. */
function problemWith(secrets) {
  if (!secrets.SESSION_SECRET) return 'the secret SESSION_SECRET is not set';
  for (const name of SECRETS.filter((each) => secrets[each])) {
    if (/^(@@|##)/.test(secrets[name])) return `the secret ${name} is a placeholder that was never replaced`;
    if (Buffer.byteLength(secrets[name], 'utf8') < 32) return `the secret ${name} is shorter than 32 bytes`;
  }
  const isPrivate = /^(https:\/\/[^/]|http:\/\/([\w-]+\.)*localhost[:/])/.test(secrets.REDIRECT_URL);
  return isPrivate ? undefined : 'the secret REDIRECT_URL is not an https address';
}

/** `check` is for you, in the tenant's logs; `text` is for the user. Neither holds a token, a secret or a user's id. */
function deny(api, check, text = TRY_AGAIN) {
  console.log(`auth-redirect: login denied, ${check}`);
  api.access.deny(text);
}

const isText = (value) => typeof value === 'string' && value !== '';
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const readableText = (value) => (isText(value) ? value.slice(0, 200) : undefined);
