// Checks each server's page and token before the measurement, and samples during the measurement. A wrong answer fails
// the benchmark.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { login, signatureOf } from './tokens.mjs';

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Contains characters that HTML, URLs and forms escape differently. */
const AWKWARD_STATE = 'a+b/c=d&e"f<g>h\'i%20j ~é';

const unescape = (text) =>
  text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_all, hex, decimal, name) =>
    name ? ENTITIES[name] : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );

function attributesOf(tag) {
  const found = tag.matchAll(/\s([\w-]+)="([^"]*)"/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, unescape(value)]));
}

const tagsOf = (html, name) =>
  [...html.matchAll(new RegExp(`<${name}\\s[^>]*>`, 'g'))].map(([tag]) => attributesOf(tag));

/** Sends one request over a new connection. */
export function sendRequest(port, target) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: target, agent: false, timeout: 5000 }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer'))).on('error', reject);
    sent.end();
  });
}

function checkToken(token, { tenant, claims, state }) {
  const [header, payload, signature] = token.split('.');
  assert.equal(signature, signatureOf(`${header}.${payload}`, tenant.secret), 'signature of the continue token');
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'HS256', typ: 'JWT' });
  const { iat, ...answer } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const { iss, sub, exp, nonce } = claims;
  assert.deepEqual(answer, { iss, sub, exp, nonce, state }, 'claims of the continue token');
  assert.ok(Math.abs(iat - Date.now() / 1000) < 5, 'iat of the continue token');
}

/** @throws {assert.AssertionError} unless this is the continue page of the login */
export function checkContinuePage({ status, headers, body }, sent) {
  assert.equal(status, 200);
  assert.match(headers['content-type'], /^text\/html; charset=utf-8$/i);
  assert.equal(headers['cache-control'], 'no-store');
  const nonce = /'nonce-([\w+/=-]{22,})'/.exec(headers['content-security-policy'])?.[1];
  assert.ok(nonce, 'a nonce in the policy');
  assert.ok(
    tagsOf(body, 'script').every((script) => script.nonce === nonce),
    'the nonce on every script',
  );
  assert.match(body, /\.(?:requestSubmit|submit)\b/, 'a script that submits');
  const [form, ...others] = tagsOf(body, 'form');
  assert.equal(others.length, 0);
  assert.equal(form.method, 'post');
  assert.equal(form.action, `${sent.tenant.continueUrl}?state=${encodeURIComponent(sent.state)}`);
  const inputs = Object.fromEntries(tagsOf(body, 'input').map(({ name, value }) => [name, value]));
  assert.equal(inputs.state, sent.state);
  checkToken(inputs.session_token, sent);
  return nonce;
}

/** @throws {assert.AssertionError} if the server's work differs from the others', or if it accepts a wrong token */
export async function checkServer({ port, tenants }) {
  const nonces = new Set();
  for (const state of [undefined, undefined, AWKWARD_STATE]) {
    for (const tenant of tenants.slice(0, 3)) {
      const sent = login('valid', tenant, 300, state);
      nonces.add(checkContinuePage(await sendRequest(port, sent.target), sent));
    }
  }
  assert.equal(nonces.size, Math.min(tenants.length, 3) * 3, 'a new nonce for every page');
  for (const kind of ['badSignature', 'expired', 'malformed', 'foreignIssuer']) {
    const { status, body } = await sendRequest(port, login(kind, tenants[0], 300).target);
    assert.equal(status, 401 - (kind === 'malformed' && status === 400 ? 1 : 0), `${kind} is refused`);
    assert.doesNotMatch(body, /name="session_token"/);
  }
}
