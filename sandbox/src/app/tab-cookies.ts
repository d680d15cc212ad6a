import { randomBytes } from 'node:crypto';
import type { CookieOptions, Request, RequestHandler, Response } from 'express';
import { isRecord } from '../json.js';

/** Keeps the values that express-openid-connect checks in the callback. */
export const VERIFICATION_COOKIE = 'auth_verification';

const TAB = /^[0-9a-f]{16}$/;

/**
 * express-openid-connect keeps one login per browser: a second tab's cookie overwrites the first one. Here each login
 * has its own cookie, with an id from `state` in its name.
 */
export const tabCookies: RequestHandler = (request, response, next) => {
  const tab = request.path === '/callback' ? tabOfState(request.query['state']) : randomBytes(8).toString('hex');
  if (tab) {
    response.locals['tab'] = tab;
    presentAs(request, tab);
    renameOnTheWayOut(response, tab);
  }
  next();
};

export function tabState(request: Request): { tab: unknown } {
  return { tab: request.res?.locals['tab'] };
}

function tabOfState(state: unknown): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(String(state), 'base64url').toString());
    return isRecord(value) && typeof value['tab'] === 'string' && TAB.test(value['tab']) ? value['tab'] : undefined;
  } catch {
    return undefined;
  }
}

/** Renames this tab's cookie for the SDK, and hides the cookies of other tabs. */
function presentAs(request: Request, tab: string): void {
  const own = `${VERIFICATION_COOKIE}.${tab}=`;
  const pairs = (request.headers.cookie ?? '').split(/;\s*/).filter(Boolean);
  const shown = pairs.filter((pair) => !pair.startsWith(VERIFICATION_COOKIE));
  const found = pairs.find((pair) => pair.startsWith(own));
  if (found) shown.push(`${VERIFICATION_COOKIE}=${found.slice(own.length)}`);
  request.headers.cookie = shown.join('; ');
}

type SetCookie = (name: string, value: string, options: CookieOptions) => Response;

function renameOnTheWayOut(response: Response, tab: string): void {
  const rename = (name: string): string => (name === VERIFICATION_COOKIE ? `${name}.${tab}` : name);
  const cookie = response.cookie.bind(response) as SetCookie;
  const clearCookie = response.clearCookie.bind(response);
  response.cookie = (name: string, value: string, options?: CookieOptions) =>
    cookie(rename(name), value, options ?? {});
  response.clearCookie = (name, options) => clearCookie(rename(name), options);
}
