import { parseCookie, stringifySetCookie } from 'cookie';
import type { HttpRequest } from '../http/answer.js';

/** Limit of a cookie's value. Browsers store 4,096 bytes, with name and attributes. */
const PART_BYTES = 3800;
/** Cookie numbers of one step session. Node rejects requests with more than 16 KB of headers. */
const PARTS = [0, 1, 2] as const;

export const STEP_SESSION_MAX_BYTES = PART_BYTES * PARTS.length;

/** Limit for all step sessions of a browser. The newest one may be larger. */
const ALL_SESSIONS_MAX_BYTES = 8192;
/** Size of a cookie's name and separators in the request. */
const COOKIE_OVERHEAD_BYTES = 48;

/** Host headers of this machine (RFC 6761 section 6.3). */
const LOCALHOST = /^(?:(?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const PROXY_HEADER = /^(?:forwarded|via|x-forwarded-.*|x-real-ip)$/;
/** A longer `Cookie` header is ignored. By default, Node rejects it earlier. */
const COOKIE_MAX_LENGTH = 32_768;
/** Older step sessions are ignored. */
const SESSIONS_MAX = 16;

export class StepSessionCookies {
  /** Step sessions by login id, the oldest first (RFC 6265 section 5.4). */
  readonly sealed: ReadonlyMap<string, string>;
  /** Only this host can set `__Host-` cookies, over https and for all paths (RFC 6265bis section 4.1.3.2). */
  readonly #prefix: '__Host-' | '';

  /** @param publicUrl The option `publicUrl`. */
  constructor(request: HttpRequest, publicUrl: string | undefined) {
    this.#prefix = isHttpOnLocalhost(request, publicUrl) ? '' : '__Host-';
    const header = [request.headers.cookie ?? []].flat().join('; ');
    const cookies = parseCookie(header.length > COOKIE_MAX_LENGTH ? '' : header);
    const firstPart = new RegExp(`^${this.#prefix}auth-redirect\\.([\\w-]{16})\\.0$`);
    const ids = Object.keys(cookies)
      .flatMap((name) => firstPart.exec(name)?.[1] ?? [])
      .slice(-SESSIONS_MAX);
    this.sealed = new Map(ids.map((id) => [id, PARTS.map((part) => cookies[this.#name(id, part)] ?? '').join('')]));
  }

  /**
   * Also deletes unused parts and the oldest other step sessions: browsers send all cookies with each request, and Node rejects too many.
   *
   * @param maxAge Lifetime in seconds.
   */
  store(loginId: string, sealed: string, maxAge: number): string[] {
    const cookies = this.#cookies(loginId, sealed, maxAge);
    let bytes = sealed.length;
    for (const [id, other] of [...this.sealed].toReversed()) {
      if (id === loginId) continue;
      bytes += other.length + COOKIE_OVERHEAD_BYTES;
      if (bytes > ALL_SESSIONS_MAX_BYTES) cookies.push(...this.#cookies(id, '', 0));
    }
    return cookies;
  }

  /** An empty part deletes its cookie. */
  #cookies(loginId: string, sealed: string, seconds: number): string[] {
    const attributes = { path: '/', secure: this.#prefix !== '', httpOnly: true, sameSite: 'lax' } as const;
    return PARTS.map((part) => {
      const value = sealed.slice(part * PART_BYTES, (part + 1) * PART_BYTES);
      const maxAge = value === '' ? 0 : seconds;
      return stringifySetCookie({ ...attributes, name: this.#name(loginId, part), value, maxAge });
    });
  }

  #name(loginId: string, part: number): string {
    return `${this.#prefix}auth-redirect.${loginId}.${part}`;
  }
}

/**
 * Detects a browser on this machine without https, where Safari's engine stores no `Secure` cookies. Configuration and request must agree.
 * A browser sends `Host: localhost` only to its own machine, and a proxy that changes `Host` needs `publicUrl`.
 */
function isHttpOnLocalhost({ headers, protocol }: HttpRequest, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && new URL(publicUrl).protocol !== 'http:') return false;
  const isProxied = Object.keys(headers).some((name) => PROXY_HEADER.test(name));
  return protocol === 'http' && !isProxied && LOCALHOST.test(String(headers.host));
}
