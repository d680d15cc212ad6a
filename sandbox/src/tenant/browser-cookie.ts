import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Auth0's names. */
const BROWSER_COOKIE = 'auth0';
const COMPAT_COOKIE = 'auth0_compat';

const BROWSER_ID = /^[\w-]{43}$/;

export function browserIdOf(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const valueOf = (name: string): string | undefined =>
    pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  const found = valueOf(BROWSER_COOKIE) ?? valueOf(COMPAT_COOKIE);
  return found && BROWSER_ID.test(found) ? found : undefined;
}

/**
 * All logins of a browser share the id. Each has its own state, so that several tabs can log in.
 *
 * Other sites post to `/continue`, so Auth0 sets two cookies. `auth0` has SameSite=None, which requires Secure.
 * `auth0_compat` has no SameSite, for browsers that mishandle None. Over http it is not Secure either: Safari's engine
 * stores no Secure cookie over http, not even from `localhost` names. Cookie libraries do not write Secure over http, so
 * this function writes the headers.
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
