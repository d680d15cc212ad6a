import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The name Auth0 uses. */
export const BROWSER_COOKIE = 'auth0';

const BROWSER_ID = /^[\w-]{43}$/;

/** What tells one browser from another, or undefined. */
export function browserIdOf(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${BROWSER_COOKIE}=`))?.slice(BROWSER_COOKIE.length + 1);
  return found && BROWSER_ID.test(found) ? found : undefined;
}

/**
 * The id of this browser, given to it now where it has none. All logins of a browser share it, each bound by its own
 * state, so any number can be open in as many tabs.
 *
 * SameSite=None, because `/continue` is posted to from another site, and None is only taken together with Secure.
 * Browsers accept Secure over plain http on `localhost` names; cookie libraries do not, so the header is written here.
 */
export function ensureBrowserId(request: IncomingMessage, response: ServerResponse): string {
  const id = browserIdOf(request) ?? randomBytes(32).toString('base64url');
  response.appendHeader('Set-Cookie', `${BROWSER_COOKIE}=${id}; Path=/; HttpOnly; Secure; SameSite=None`);
  return id;
}
