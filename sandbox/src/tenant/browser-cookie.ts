import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The names Auth0 uses. */
const BROWSER_COOKIE = 'auth0';
const COMPAT_COOKIE = 'auth0_compat';

const BROWSER_ID = /^[\w-]{43}$/;

/** What tells one browser from another, or undefined. */
export function browserIdOf(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const valueOf = (name: string): string | undefined =>
    pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  const found = valueOf(BROWSER_COOKIE) ?? valueOf(COMPAT_COOKIE);
  return found && BROWSER_ID.test(found) ? found : undefined;
}

/**
 * The id of this browser, given to it now where it has none. All logins of a browser share it, each bound by its own
 * state, so any number can be open in as many tabs.
 *
 * `/continue` is posted to from another site, so Auth0 sets a pair of cookies with one value. `auth0` has SameSite=None,
 * which is only taken together with Secure. `auth0_compat` has no SameSite, for browsers that mistreat None. Over http it
 * is not Secure either: Safari's engine stores no Secure cookie there, not even from `localhost` names, where other
 * browsers do. Cookie libraries do not write Secure over http, so the headers are written here.
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
