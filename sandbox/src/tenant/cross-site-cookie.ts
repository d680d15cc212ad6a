import type { RequestHandler } from 'express';

/**
 * Silent logins in an iframe need SameSite=None, as at Auth0. SameSite=None requires Secure, which Safari's engine does
 * not store over http. So the usual cookie comes first. Other browsers replace it with the second cookie.
 */
export function crossSiteCookie(name: string): RequestHandler {
  return (_request, response, next) => {
    const writeHead = response.writeHead.bind(response);
    const withCookies = (...args: readonly unknown[]): unknown => {
      const lines = [response.getHeader('set-cookie') ?? []].flat().map(String);
      const isOfSession = (line: string): boolean => line.startsWith(`${name}=`) || line.startsWith(`${name}.sig=`);
      if (lines.some(isOfSession)) {
        response.setHeader('set-cookie', [...lines, ...lines.filter(isOfSession).map(crossSite)]);
      }
      return Reflect.apply(writeHead, undefined, args);
    };
    Object.assign(response, { writeHead: withCookies });
    next();
  };
}

function crossSite(line: string): string {
  const bare = line.replaceAll(/; *(?:samesite=\w+|secure)(?=;|$)/gi, '');
  return `${bare}; SameSite=None; Secure`;
}
