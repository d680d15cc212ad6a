import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Auth0's names. */
const BROWSER_COOKIE = 'auth0';
const COMPAT_COOKIE = 'auth0_compat';

const BROWSER_ID = /^[\w-]{43}$/;

/** Returns the id of the browser, or undefined. */
export function browserIdOf(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const valueOf = (name: string): string | undefined =>
    pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  const found = valueOf(BROWSER_COOKIE) ?? valueOf(COMPAT_COOKIE);
  return found && BROWSER_ID.test(found) ? found : undefined;
}

/**
 * Returns the id of this browser. Sets a new one if it has none. All logins of a browser share the id, and each has its own
 * state, so that several tabs can log in at the same time.
 *
 * Other sites post to `/continue`, so Auth0 sets two cookies with one value. `auth0` has SameSite=None, which browsers
 * accept only with Secure. `auth0_compat` has no SameSite, for browsers that mishandle None. Over http it is not Secure
 * either: unlike other browsers, Safari's engine stores no Secure cookie over http, not even from `localhost` names.
 * Cookie libraries do not write Secure over http, so this function writes the headers.
 */
export function ensureBrowserId(request: IncomingMessage, response: ServerResponse): string {
  const id = browserIdOf(request) ?? randomBytes(32).toString('base64url');
  const compatSecure = 'encrypted' in request.socket ? '; Secure' : '';
  response.appendHeader('Set-Cookie', [
    `${BROWSER_COOKIE}=${id}; Path=/; HttpOnly; Secure; SameSite=None`,
    `${COMPAT_COOKIE}=${id}; Path=/; HttpOnly${compatSecure}`,
  ]);
  return id;
}
