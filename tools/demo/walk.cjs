'use strict';
// A login from the application's first page back to it, as a person would click through it. CommonJS, so that Jest can
// require it.
const { Browser } = require('./browser.cjs');
const { formsIn, linksIn, textOf } = require('./page.cjs');

const MAX_HOPS = 30;

/** What stopped a walk; `hops` is how far it came. */
class WalkError extends Error {
  name = 'WalkError';

  constructor(message, hops) {
    super(message);
    this.hops = hops;
  }
}

/** The claims of a JWT, unverified: the walk only looks on. */
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

/** What a person does on a page: log in, let the continue page go on, start a login. Undefined: there is nothing to do. */
function nextStep(page, hops, { email, password }) {
  const { url } = hops.at(-1);
  const [login] = formsIn(page).filter((form) => form.passwordField);
  if (login) return submit(login, url, { ...login.fields, email, [login.passwordField]: password });
  const [goOn] = formsIn(page).filter((form) => 'session_token' in form.fields);
  if (goOn) return submit(goOn, url, goOn.fields);
  const [start] = linksIn(page).filter((link) => new URL(link, url).pathname === '/login');
  return start && hops.length === 1 ? { method: 'GET', url: new URL(start, url).href } : undefined;
}

function submit(form, url, fields) {
  return { method: form.method, url: new URL(form.action, url).href, fields };
}

function afterRedirect({ status, location }, hop) {
  return [307, 308].includes(status)
    ? { method: hop.method, url: location, fields: hop.fields }
    : { method: 'GET', url: location };
}

/**
 * Logs in and tells each request on the way.
 *
 * @param {{
 *   appUrl: string,
 *   email: string,
 *   password: string,
 *   onHop?: (hop: { method: string, url: string, fields?: Record<string, string>, status: number }) => void,
 * }} options
 * @returns the hops, and the claims of the token that went to the service, of the one that went back, and of the ID
 * token, as the application shows them
 */
async function walk({ appUrl, email, password, onHop = () => undefined }) {
  const browser = new Browser();
  const hops = [];
  let step = { method: 'GET', url: appUrl };
  let page = '';
  while (step) {
    if (hops.length === MAX_HOPS) throw new WalkError(`no end after ${MAX_HOPS} requests`, hops);
    const answer = await browser.send(step).catch((error) => {
      throw new WalkError(`${step.method} ${new URL(step.url).origin} failed: ${error.message}`, hops);
    });
    const hop = { ...step, status: answer.status };
    hops.push(hop);
    onHop(hop);
    page = answer.text;
    if (answer.status >= 400) {
      throw new WalkError(`${new URL(hop.url).host} answered ${answer.status}: ${explanationIn(page)}`, hops);
    }
    step = answer.location ? afterRedirect(answer, hop) : nextStep(page, hops, { email, password });
  }
  return { hops, ...tokensIn(hops), appClaims: claimsOn(page, hops) };
}

const explanationIn = (page) =>
  [textOf(page, 'h1'), textOf(page, 'p')].filter(Boolean).join(' – ') || page.slice(0, 200);

function tokensIn(hops) {
  const out = hops.map(({ url }) => new URL(url).searchParams.get('session_token')).find(Boolean);
  const back = hops.map(({ fields }) => fields?.session_token).find(Boolean);
  if (!out) throw new WalkError('the login was not sent to the service: no session_token on the way', hops);
  if (!back) throw new WalkError('no answer went back to the tenant: no form with a session_token', hops);
  return { sessionToken: claimsOf(out), continueToken: claimsOf(back) };
}

function claimsOn(page, hops) {
  try {
    return JSON.parse(textOf(page, 'pre'));
  } catch {
    throw new WalkError(`the walk ended on a page without claims: ${explanationIn(page)}`, hops);
  }
}

module.exports = { WalkError, claimsOf, walk };
