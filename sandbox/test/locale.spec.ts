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

  it('is told to the Action, before the redirect and after it', async () => {
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
});
