import { logIn } from '../demo/log-in.mjs';
import { startLogins } from '../demo/start-logins.mjs';

const WIDTH = 900;
const MARGIN = 20;
const ANSWERS = { email: 'alice@example.com', password: 'any password', given_name: 'Alice', family_name: 'Example' };

/** Returns a picture of the sandbox's timeline of a login with a profile, from the redirect to the end of the Actions. */
export async function timeline(browser) {
  const fields = ['given_name', 'family_name'].map((name) => ({ name, type: 'text', label: name, required: true }));
  const { tenant, app } = await startLogins({
    steps: { profile: { fields } },
    actionSecrets: { PROFILE_FIELDS: 'given_name,family_name' },
    environment: { METRICS_PORT: '0' },
  });
  await logIn(app, ANSWERS, () => undefined);
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 } });
  await page.goto(`${tenant}/transactions`);
  await page.locator('main a[href*="/transactions/"]').first().click();
  const first = await page.locator('li', { hasText: 'Redirected to another site' }).boundingBox();
  const last = await page.locator('li', { hasText: 'All Actions done' }).boundingBox();
  const clip = { x: 0, y: first.y - MARGIN, width: WIDTH, height: last.y + last.height - first.y + MARGIN };
  const image = await page.screenshot({ fullPage: true, clip });
  await page.close();
  return image;
}
