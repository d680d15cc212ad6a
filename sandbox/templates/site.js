// The page that the Action redirects to: node --env-file=secrets.env site.js
// It stands for your own service, which does the same with a JWT library.
const { createHmac, timingSafeEqual } = require('node:crypto');
const { createServer } = require('node:http');

const { SESSION_SECRET, TERMS_URL, CONTINUE_URL = 'http://tenant.localhost:9500/continue' } = process.env;
const { port } = new URL(TERMS_URL);

const server = createServer((request, response) => {
  const query = new URL(request.url, TERMS_URL).searchParams;
  const claims = verify(query.get('session_token') ?? '');
  const state = query.get('state');
  if (!claims || !state) return response.writeHead(400).end('Start at the sample app.\n');
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  return response.end(page(claims, state));
});

server.listen(port || 80, 'localhost', () => console.log(`The page is at ${TERMS_URL}`));

const STYLE = `
  body { margin: 0; background: #f5f5f2; color: #1d1f24; font: 1rem/1.5 system-ui, sans-serif; }
  main { box-sizing: border-box; width: min(26rem, 100% - 2rem); margin: 3rem auto; padding: 1.5rem; border-radius: 12px; background: #fff; }
  h1 { margin: 0; font-size: 1.5rem; }
  form { display: inline-block; margin-right: 0.5rem; }
  button { padding: 0.6rem 1.2rem; border: 1px solid #5a5f69; border-radius: 8px; background: #fff; font: inherit; }
  form:first-of-type button { border-color: #2f4fc4; background: #2f4fc4; color: #fff; }`;

function page(claims, state) {
  const form = (label, accepted) => {
    const { iss, sub, nonce } = claims;
    const answer = sign({ iss, sub, iat: now(), exp: now() + 60, state, nonce, accepted });
    return `<form method="post" action="${escape(`${CONTINUE_URL}?state=${encodeURIComponent(state)}`)}">
      <input type="hidden" name="session_token" value="${answer}"><button>${label}</button></form>`;
  };
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Terms</title>
    <style>${STYLE}</style><main><h1>Our terms</h1><p>${escape(claims.email ?? claims.sub)}, do you accept them?</p>
    ${form('Accept', true)} ${form('Decline', false)}</main></html>`;
}

/** Returns the claims of a session token whose signature is right and whose time is not over. */
function verify(token) {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const [given, right] = [signature, hmac(`${header}.${payload}`)].map((text) => Buffer.from(text));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return claims.exp > now() ? claims : undefined;
}

function sign(claims) {
  const input = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${hmac(input)}`;
}

function hmac(input) {
  return createHmac('sha256', SESSION_SECRET).update(input).digest('base64url');
}

function now() {
  return Math.floor(Date.now() / 1000);
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
