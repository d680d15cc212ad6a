import { parseCookie, stringifySetCookie } from 'cookie';
import type { HttpRequest } from '../http/answer.js';

/** Longest value of one cookie. Browsers store 4,096 bytes of name, value and attributes together. */
const PART_BYTES = 3800;
/** Numbers of the cookies of one step session. Node rejects requests with more than 16 KB of headers. */
const PARTS = [0, 1, 2] as const;

/** Longest sealed step session, in bytes. */
export const STEP_SESSION_MAX_BYTES = PART_BYTES * PARTS.length;

/** Most bytes of all step sessions in a browser; the newest may take more. */
const ALL_SESSIONS_MAX_BYTES = 8192;
/** Bytes of a cookie's name and separators in the request. */
const COOKIE_OVERHEAD_BYTES = 48;

/** Only this host can set `__Host-` cookies, over https and for all of its paths (RFC 6265bis section 4.1.3.2). */
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const;
/** Length limit of `Cookie`, in characters; a longer one counts as absent. Node rejects such a request before. */
const COOKIE_MAX_LENGTH = 32_768;
/** Most step sessions that are read, the newest. */
const SESSIONS_MAX = 16;
const FIRST_PART = /^__Host-auth-redirect\.([\w-]{16})\.0$/;

/** The sealed step sessions that came with one request. */
export class StepSessionCookies {
  /** By login id, the oldest first (RFC 6265 section 5.4). */
  readonly sealed: ReadonlyMap<string, string>;

  constructor({ headers }: Pick<HttpRequest, 'headers'>) {
    const header = [headers.cookie ?? []].flat().join('; ');
    const cookies = parseCookie(header.length > COOKIE_MAX_LENGTH ? '' : header);
    const ids = Object.keys(cookies)
      .flatMap((name) => FIRST_PART.exec(name)?.[1] ?? [])
      .slice(-SESSIONS_MAX);
    this.sealed = new Map(ids.map((id) => [id, PARTS.map((part) => cookies[nameOf(id, part)] ?? '').join('')]));
  }

  /**
   * Returns `Set-Cookie` values that store a step session and make room for it. They delete its unused parts, and the oldest
   * other step sessions: a browser sends all of them with each request, and Node rejects a request with too many.
   *
   * @param maxAge Seconds.
   */
  store(loginId: string, sealed: string, maxAge: number): string[] {
    const cookies = setCookies(loginId, sealed, maxAge);
    let bytes = sealed.length;
    for (const [id, other] of [...this.sealed].toReversed()) {
      if (id === loginId) continue;
      bytes += other.length + COOKIE_OVERHEAD_BYTES;
      if (bytes > ALL_SESSIONS_MAX_BYTES) cookies.push(...setCookies(id, '', 0));
    }
    return cookies;
  }
}

/** An empty part deletes its cookie. */
function setCookies(loginId: string, sealed: string, maxAge: number): string[] {
  return PARTS.map((part) => {
    const value = sealed.slice(part * PART_BYTES, (part + 1) * PART_BYTES);
    return stringifySetCookie({ ...ATTRIBUTES, name: nameOf(loginId, part), value, maxAge: value === '' ? 0 : maxAge });
  });
}

function nameOf(loginId: string, part: number): string {
  return `__Host-auth-redirect.${loginId}.${part}`;
}
