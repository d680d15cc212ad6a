const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { continueAction, runAction } = require('auth0-actions-sandbox/testing');

const ACTION = path.join(__dirname, 'post-login.js');
const secrets = { SESSION_SECRET: 'a secret of the tests, 32 bytes or more', TERMS_URL: 'https://terms.example/' };

test('sends a user who has not accepted the terms to the page', async () => {
  const user = { email: 'ada@example.com', app_metadata: {} };
  const { denied, error, redirect } = await runAction(ACTION, {
    handler: 'onExecutePostLogin',
    event: { user },
    secrets,
  });
  assert.ok(redirect);
  assert.ok(!denied);
  assert.ok(!error);
});

test('lets a user who has accepted the terms log in', async () => {
  const user = { email: 'ada@example.com', app_metadata: { terms_accepted_at: '2026-01-01T00:00:00.000Z' } };
  const { calls, error, redirect } = await runAction(ACTION, {
    handler: 'onExecutePostLogin',
    event: { user },
    secrets,
  });
  assert.ok(!redirect);
  assert.ok(!error);
  assert.equal(calls.length, 0);
});

test('does not let a user skip the page', async () => {
  const user = { email: 'ada@example.com', app_metadata: {} };
  const { error } = await runAction(ACTION, { handler: 'onContinuePostLogin', event: { user }, secrets });
  assert.ok(error);
});

test('accepts an answer to this login, and no other', async () => {
  const started = await runAction(ACTION, { secrets });
  const answer = { accepted: true, nonce: started.redirect.tokens.session_token.nonce };
  const answered = async (claims) =>
    continueAction(ACTION, { after: started, token: { secret: secrets.SESSION_SECRET, claims } });
  assert.ok(!(await answered(answer)).denied);
  assert.ok((await answered({ ...answer, nonce: 'of another login' })).denied);
  assert.ok((await answered({ accepted: true })).denied);
});
