import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localeOf } from '../src/logins/locale.js';
import { ActionBench } from './harness/action-bench.js';

describe('the language of a login', () => {
  it.each([
    ['what was asked for', 'de', 'fr-FR', 'de'],
    ['the first that the tenant has', 'de-DE de', 'fr-FR', 'de'],
    ['what the browser prefers', undefined, 'it, de;q=0.5, fr-FR;q=0.9', 'fr-FR'],
    ['the same in other letters', 'FR-fr', '', 'fr-FR'],
    ['the default where nothing fits', 'de-AT', 'it', 'en'],
    ['the default where nothing was said', undefined, '', 'en'],
    ['the default where the browser rules the others out', '', 'de;q=0', 'en'],
  ])('is %s', (_what, uiLocales, acceptLanguage, locale) => {
    expect(localeOf(uiLocales, acceptLanguage, ['en', 'fr-FR', 'de'])).toBe(locale);
  });

  it('is in the event of the Action, before the redirect and after it', async () => {
    const tell = `console.log(event.transaction.locale, JSON.stringify(event.transaction.ui_locales))`;
    const bench = new ActionBench([
      `exports.onExecutePostLogin = async (event, api) => { ${tell}; api.redirect.sendUserTo('http://x.localhost/'); };
       exports.onContinuePostLogin = async (event) => { ${tell}; };`,
    ]);
    bench.newLogin({ ui_locales: 'de en' });
    await bench.start();
    await bench.resume();
    expect(bench.logs()).toEqual(['en ["de","en"]', 'en ["de","en"]']);
    await bench.dispose();
  });

  it('chooses the text with which the shipped Action denies it', async () => {
    const source = readFileSync(join(__dirname, '../../auth0/actions/auth-redirect/code.js'), 'utf8');
    const secrets = {
      SESSION_SECRET: 'k7Jq2vXw9Rz4tB6nY1mC8pL5sD3fG0hA',
      REDIRECT_URL: 'http://steps.localhost/redirect',
    };
    const bench = new ActionBench([source], secrets, { languages: ['en', 'zh-TW'] });
    bench.newLogin({ ui_locales: 'zh-TW' });
    await bench.start();
    expect(await bench.resume()).toMatchObject({
      error: 'access_denied',
      description: '無法完成登入。請返回您先前使用的應用程式或網站，然後重新登入。',
    });
    await bench.dispose();
  });
});
