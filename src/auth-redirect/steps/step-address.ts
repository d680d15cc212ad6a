import type { HttpRequest } from '../pages/answer.js';

/**
 * Address of a step's page, below the path at which this very request arrived: a host may have put a prefix in front.
 */
export function stepAddress(stepId: string, loginId: string, { url }: Pick<HttpRequest, 'url'>): string {
  const path = url.split('?', 1)[0] ?? '';
  const base = path.replace(/\/steps\/[^/]*(?:\/return)?\/?$/, '').replace(/\/$/, '');
  return `${base}/steps/${stepId}?login=${loginId}`;
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
