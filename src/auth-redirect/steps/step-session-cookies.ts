import type { HttpRequest } from '../http/answer.js';

/** Longest value of one cookie, in bytes; browsers keep 4,096 of name, value and attributes together. */
const CHUNK_BYTES = 3800;
/** Most cookies that one step session may take: Node refuses requests with over 16 KB of headers. */
const MAX_CHUNKS = 3;

/** Longest sealed step session, in bytes. */
export const STEP_SESSION_MAX_BYTES = CHUNK_BYTES * MAX_CHUNKS;

/** Most bytes of all step sessions of a browser; the newest takes what it needs all the same. */
const ALL_SESSIONS_MAX_BYTES = 8192;
/** What a cookie takes beside its value. */
const COOKIE_OVERHEAD_BYTES = 48;

/** `__Host-`: set by this very host over https, for all of its paths, and by nobody else (RFC 6265bis section 4.1.3.2). */
const PREFIX = '__Host-auth-redirect';
/** The first cookie of a login. */
const FIRST_PART = /^__Host-auth-redirect\.([\w-]{16})\.0$/;
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** The step session of this login, as its cookies hold it; undefined where the browser has none. */
export function readStepSessionCookies(id: string, { headers }: Pick<HttpRequest, 'headers'>): string | undefined {
  const cookies = cookiesOf(headers.cookie);
  const chunks: string[] = [];
  for (let chunk = cookies.get(nameOf(id, 0)); chunk; chunk = cookies.get(nameOf(id, chunks.length)))
    chunks.push(chunk);
  return chunks.length > 0 ? chunks.join('') : undefined;
}

/**
 * `Set-Cookie` values that keep a sealed step session, and clear the parts that a longer one before it had.
 *
 * @param maxAge Seconds until the browser may forget it.
 */
export function writeStepSessionCookies(id: string, sealed: string, maxAge: number): string[] {
  return Array.from({ length: MAX_CHUNKS }, (_part, index) => {
    const chunk = sealed.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    return `${nameOf(id, index)}=${chunk}; ${ATTRIBUTES}; Max-Age=${chunk === '' ? 0 : maxAge}`;
  });
}

/** Ids of the logins that this browser has cookies of, the oldest first (RFC 6265 section 5.4). */
export function stepSessionIds({ headers }: Pick<HttpRequest, 'headers'>): readonly string[] {
  return [...cookiesOf(headers.cookie).keys()].flatMap((name) => FIRST_PART.exec(name)?.[1] ?? []);
}

/**
 * `Set-Cookie` values that clear logins other than this one, the oldest first, until all together fit: a browser sends all of
 * them with every request, and a request with too many is refused before anybody can read it.
 */
export function clearOldStepSessions(id: string, sealed: string, request: Pick<HttpRequest, 'headers'>): string[] {
  const others = stepSessionIds(request).filter((other) => other !== id);
  let bytes = sealed.length;
  const kept = new Set<string>();
  for (const other of others.toReversed()) {
    bytes += (readStepSessionCookies(other, request) ?? '').length + COOKIE_OVERHEAD_BYTES;
    if (bytes > ALL_SESSIONS_MAX_BYTES) break;
    kept.add(other);
  }
  return others.filter((other) => !kept.has(other)).flatMap((other) => writeStepSessionCookies(other, '', 0));
}

function nameOf(id: string, index: number): string {
  return `${PREFIX}.${id}.${index}`;
}

function cookiesOf(header: string | string[] | undefined): ReadonlyMap<string, string> {
  const pairs = (typeof header === 'string' ? header : (header ?? []).join('; ')).split(/; */).map((pair) => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, Math.max(equals, 0)), pair.slice(equals + 1)] as const;
  });
  return new Map(pairs);
}
