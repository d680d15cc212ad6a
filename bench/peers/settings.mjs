// The environment of every peer, the same as for the service.
const { PORT, HOST = '127.0.0.1', AUTH0_ISSUER, AUTH0_SESSION_SECRET, AUTH0_CONTINUE_URL } = process.env;

export const settings = {
  port: Number(PORT),
  host: HOST,
  issuer: AUTH0_ISSUER ?? '',
  secret: AUTH0_SESSION_SECRET ?? '',
  continueUrl: AUTH0_CONTINUE_URL ?? '',
};

export const pageHeaders = (nonce) => ({
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
});

/** Returns the claims of a continue token, except `iat`. */
export const answerTo = ({ iss, sub, exp, nonce }, state) => ({ iss, sub, exp, state, nonce });

/** Returns the values of the page. */
export const modelOf = (nonce, state, sessionToken) => ({
  nonce,
  state,
  sessionToken,
  action: `${settings.continueUrl}?state=${encodeURIComponent(state)}`,
});
