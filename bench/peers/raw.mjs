// Plain node:http and node:crypto, with a string as the template: the cost of the work without a framework.
import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { answerTo, modelOf, pageHeaders, settings } from './settings.mjs';

const key = createSecretKey(settings.secret, 'utf8');
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const signatureOf = (text) => createHmac('sha256', key).update(text).digest();
const escape = (text) =>
  /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]) : text;

function verify(token) {
  const [header, payload, signature, ...rest] = token.split('.');
  if (header !== HEADER || !payload || !signature || rest.length > 0) throw new Error('not an HS256 token');
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(`${header}.${payload}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('signature');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  if (claims.iss !== settings.issuer) throw new Error('issuer');
  if (!(claims.exp > Date.now() / 1000)) throw new Error('expired');
  return claims;
}

function sign(claims) {
  const payload = Buffer.from(JSON.stringify({ ...claims, iat: Math.floor(Date.now() / 1000) })).toString('base64url');
  return `${HEADER}.${payload}.${signatureOf(`${HEADER}.${payload}`).toString('base64url')}`;
}

const page = ({ nonce, action, state, sessionToken }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>One moment</title>
</head>
<body>
<form id="continue" method="post" action="${escape(action)}">
<input type="hidden" name="state" value="${escape(state)}">
<input type="hidden" name="session_token" value="${escape(sessionToken)}">
<button type="submit">Continue</button>
</form>
<script nonce="${nonce}">document.getElementById('continue').submit()</script>
</body>
</html>
`;

/** @returns {string} the page */
function redirect(query, nonce) {
  const parameters = new URLSearchParams(query);
  const state = parameters.get('state');
  const claims = verify(parameters.get('session_token') ?? '');
  if (!state) throw new Error('no state');
  return page(modelOf(nonce, state, sign(answerTo(claims, state))));
}

createServer((request, response) => {
  const [path, query = ''] = request.url.split('?', 2);
  if (request.method !== 'GET' || path !== '/redirect') {
    response.writeHead(404).end();
    return;
  }
  try {
    const nonce = randomBytes(16).toString('base64url');
    const body = redirect(query, nonce);
    response.writeHead(200, { ...pageHeaders(nonce), 'Content-Length': Buffer.byteLength(body) }).end(body);
  } catch {
    response.writeHead(401).end();
  }
}).listen(settings.port, settings.host);
