// Logs in without a browser: follows redirects, fills in the login page, and posts the continue page.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { CookieJar } from 'tough-cookie';

const MAX_REQUESTS = 30;
const TIMEOUT_MS = 10_000;

/**
 * Logs in at an application and calls `onRequest` after each request.
 *
 * @param answers Values of the forms during the login, by field
 * @returns the claims of the session token, of the continue token and of the ID token on the application's page
 */
export async function logIn(app, answers, onRequest) {
  const jar = new CookieJar(undefined, { rejectPublicSuffixes: false });
  const requests = [];
  let next = get(`${app}/`);
  let page = '';
  while (next) {
    if (requests.length === MAX_REQUESTS) throw new Error(`The login did not end after ${MAX_REQUESTS} requests.`);
    const { status, location, body } = await send(next, jar);
    const { url } = next;
    requests.push(next);
    onRequest({ ...next, status }, requests.length);
    if (status >= 400)
      throw new Error(`${new URL(url).host} answered ${status}: ${textOf(body, 'h1')} ${textOf(body, 'p')}`);
    page = body;
    if (location) next = get(new URL(location, url).href);
    else if (requests.length === 1) next = get(`${app}/login`);
    // After the login, the application shows the claims.
    else next = textOf(page, 'pre') ? undefined : formRequest(page, url, answers);
  }
  const claims = textOf(page, 'pre');
  if (!claims) throw new Error(`The login ended on the page: ${textOf(page, 'h1')} ${textOf(page, 'p')}`);
  return {
    sessionToken: claimsOf(requests.map(({ url }) => new URL(url).searchParams.get('session_token')).find(Boolean)),
    continueToken: claimsOf(requests.map(({ fields }) => fields?.session_token).find(Boolean)),
    appClaims: JSON.parse(claims),
  };
}

const get = (url) => ({ method: 'GET', url });

async function send({ method, url, fields, site }, jar) {
  const body = fields && new URLSearchParams(fields).toString();
  const type = body && { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': site };
  const headers = { accept: 'text/html', cookie: await jar.getCookieString(url), ...type };
  const response = await new Promise((resolve, reject) => {
    const options = { method, headers, lookup: loopback, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) };
    request(url, options, resolve).once('error', reject).end(body);
  });
  for (const cookie of response.headers['set-cookie'] ?? []) await jar.setCookie(cookie, url);
  return { status: response.statusCode, location: response.headers.location, body: await text(response) };
}

/** Resolves every name to this machine. Browsers do that for *.localhost (RFC 6761, section 6.3); many resolvers do not. */
function loopback(_hostname, { all }, done) {
  const [address, family] = ['127.0.0.1', 4];
  return all ? done(null, [{ address, family }]) : done(null, address, family);
}

/** Returns the request of the page's form, with the login filled in; undefined if the page has no form. */
function formRequest(page, url, answers) {
  const [, form, content] = /(<form\b[^>]*method="post"[^>]*>)(.*?)<\/form>/is.exec(page) ?? [];
  if (form === undefined) return undefined;
  const inputs = [...content.matchAll(/<input\b[^>]*>/gi)].map(([input]) => attributesOf(input));
  const fields = Object.fromEntries(inputs.map(({ name, value = '' }) => [name, answers[name] ?? value]));
  const action = new URL(attributesOf(form).action, url);
  const site = action.origin === new URL(url).origin ? 'same-origin' : 'cross-site';
  return { method: 'POST', url: action.href, fields, site };
}

function attributesOf(tag) {
  return Object.fromEntries([...tag.matchAll(/\s([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, decode(value)]));
}

/** Returns the text of the first element with the name, without tags. */
function textOf(page, element) {
  const [, content = ''] = new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 'is').exec(page) ?? [];
  return decode(content.replaceAll(/<[^>]*>/g, '')).trim();
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"' };

function decode(html) {
  return html.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(amp|lt|gt|quot));/gi, (_entity, decimal, hex, name) =>
    name ? ENTITIES[name] : String.fromCodePoint(parseInt(decimal ?? hex, decimal ? 10 : 16)),
  );
}

/** Returns the claims of a JWT, unverified. */
function claimsOf(token) {
  if (!token) throw new Error('The login did not go through the service.');
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}
