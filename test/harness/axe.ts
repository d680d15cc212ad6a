import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Returns axe's findings on a page, one line each. Bypasses the page's Content Security Policy, which blocks axe. */
export async function axeFindings(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  const evaluated = await session.send('Runtime.evaluate', {
    expression: `${AXE};axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return evaluated.result.value as string[];
}
