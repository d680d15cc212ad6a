import type { Answer, Browser } from './browser.js';

/**
 * Opens an address that needs a login, and submits the login page. Returns the page of the app, or of the redirect's
 * target.
 */
export async function submitLogin(browser: Browser, url: string, email: string, stopAt?: string): Promise<Answer> {
  const page = await browser.open(url);
  return browser.open(page.url, { method: 'POST', form: { email, password: 'anything' } }, stopAt);
}
