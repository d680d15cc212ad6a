import type { HttpRequest } from '../pages/answer.js';

/**
 * Address of a step's page, below the path at which this very request arrived: a host may have put a prefix in front.
 */
export function stepAddress(stepId: string, loginId: string, { url }: Pick<HttpRequest, 'url'>): string {
  const path = url.split('?', 1)[0] ?? '';
  const base = path.replace(/\/steps\/[^/]*\/?$/, '').replace(/\/$/, '');
  return `${base}/steps/${stepId}?login=${loginId}`;
}
