const { randomBytes } = require('node:crypto');

/**
 * Sends users who have not accepted the terms to the page at TERMS_URL, once.
 *
 * @param {Event} event - Details about the user and the context in which they are logging in.
 * @param {PostLoginAPI} api - Interface whose methods can be used to change the behavior of the login.
 */
exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata.terms_accepted_at) return;

  const nonce = randomBytes(16).toString('base64url');
  api.transaction.setMetadata('nonce', nonce);
  const token = api.redirect.encodeToken({
    secret: event.secrets.SESSION_SECRET,
    expiresInSeconds: 300,
    payload: { email: event.user.email, nonce },
  });
  api.redirect.sendUserTo(event.secrets.TERMS_URL, { query: { session_token: token } });
};

/**
 * Runs when the user comes back. The page has signed its answer with the same secret. The nonce ties the answer to this login.
 *
 * @param {Event} event - Details about the user and the context in which they are logging in.
 * @param {PostLoginAPI} api - Interface whose methods can be used to change the behavior of the login.
 */
exports.onContinuePostLogin = async (event, api) => {
  const answer = api.redirect.validateToken({
    secret: event.secrets.SESSION_SECRET,
    tokenParameterName: 'session_token',
  });
  const { nonce } = event.transaction.metadata;
  api.transaction.setMetadata('nonce', null);
  if (answer.sub !== event.user.user_id || !nonce || answer.nonce !== nonce) {
    api.access.deny('The answer does not belong to this login.');
    return;
  }
  if (answer.accepted !== true) {
    api.access.deny('The terms were not accepted.');
    return;
  }
  api.user.setAppMetadata('terms_accepted_at', new Date().toISOString());
};
