import type { HttpRequest } from '../http/answer.js';

/**
 * Address of a step's page: below the path of `publicUrl`, or the one at which this very request arrived, because a host may
 * have put a prefix in front.
 *
 * @param publicUrl The redirect endpoint as browsers see it; a proxy may have taken a part of its path away.
 */
export function stepAddress(
  stepId: string,
  loginId: string,
  { originalUrl, url }: Pick<HttpRequest, 'url' | 'originalUrl'>,
  publicUrl: string | undefined,
): string {
  const arrived = pathOf(originalUrl ?? url).replace(/\/steps\/[^/]*(?:\/return)?\/?$/, '');
  const base = publicUrl === undefined ? arrived : new URL(publicUrl).pathname;
  return `${base.replace(/\/$/, '')}/steps/${stepId}?login=${loginId}`;
}

/** A path of this very host, whatever form the request target has (RFC 9112 section 3.2.2: it may name another). */
function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '';
  return path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').replace(/^\/*/, '/');
}

/**
 * Address at which another site sends the user back to a step.
 *
 * @param publicUrl The redirect endpoint as browsers see it.
 */
export function returnAddress(publicUrl: string | undefined, stepId: string, loginId: string): string {
  if (publicUrl === undefined) throw new Error('the option publicUrl is not set');
  return `${publicUrl.replace(/\/$/, '')}/steps/${stepId}/return?login=${loginId}`;
}
